"""HTML pages as Sphinx writes them: small ones with a quirk each."""

from __future__ import annotations

import re
import time

import pytest

from asdoc.codegen.pages import (
    ExceptionPage,
    OperationPage,
    OtherPage,
    PageError,
    PaginatorPage,
    ServicePage,
    WaiterPage,
    identify,
    read_pages,
)

HEAD = """\
<!doctype html>
<html class="no-js" lang="en">
  <head><meta charset="utf-8"/>
    <!-- Generated with Sphinx 5.1.1 and Furo 2022.12.07 -->
    <title>plant - Boto3 Docs documentation</title></head>
  <body><aside class="sidebar-drawer"><ul>
<li class="toctree-l1"><a class="reference internal" href="../../pond.html">Pond</a></li>
</ul></aside>
        <article role="main">
          <p><a class="reference internal" href="../../garden.html"><span class="doc">Garden</span></a> / Client / \
plant</p>
<section id="plant">
<h1>plant<a class="headerlink" href="#plant" title="Permalink to this heading">#</a></h1>
"""
FOOT = """
</section>
        </article>
  </body>
</html>
"""
SIGNATURE = """\
<dl class="py method">
<dt class="sig sig-object py" id="Garden.Client.{method}">
<span class="sig-prename descclassname"><span class="pre">Garden.Client.</span></span><span class="sig-name \
descname"><span class="pre">{method}</span></span><span class="sig-paren">(</span><em class="sig-param"><span \
class="n"><span class="pre">{arguments}</span></span></em><span class="sig-paren">)</span><a class="headerlink" \
href="#Garden.Client.{method}" title="Permalink to this definition">#</a></dt>
<dd>"""
SEE_ALSO = """\
<p>See also: <a class="reference external" \
href="https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/PlantTREE">AWS API Documentation</a></p>
"""
REQUEST = """\
<p><strong>Request Syntax</strong></p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span><span class="n">response</span> \
<span class="o">=</span> <span class="n">client</span><span class="o">.</span><span class="n">plant</span><span \
class="p">(</span>
    <span class="n">name</span><span class="o">=</span><span class="s1">&#39;string&#39;</span><span class="p">,</span>
    <span class="n">Site</span><span class="o">=</span><span class="p">{</span>
        <span class="s1">'Row'</span><span class="p">:</span> <span class="mi">123</span><span class="p">,</span>
        <span class="s1">'Kind'</span><span class="p">:</span> <span class="s1">'A&amp;B'</span><span \
class="o">|</span><span class="s1">'ELM'</span>
    <span class="p">},</span>
    <span class="n">Tags</span><span class="o">=</span><span class="p">{</span>
        <span class="s1">'string'</span><span class="p">:</span> <span class="s1">'string'</span>
    <span class="p">}</span>
<span class="p">)</span>
</pre></div>
</div>
"""
PARAMETERS = """\
<dl class="field-list simple">
<dt class="field-odd">Parameters<span class="colon">:</span></dt>
<dd class="field-odd"><ul>
<li><p><strong>name</strong> (<em>string</em>) – <p><strong>[REQUIRED]</strong></p>
<p>The name, or what stands for it:</p>
<ul class="simple">
<li><p><strong>Row</strong> (see below)</p></li>
<li><p>Site (dict) – in words</p></li>
</ul>
</p></li>
<li><p><strong>Site</strong> (<em>dict</em>) – <p>Where it stands.</p>
<ul>
<li><p><strong>Row</strong> <em>(integer) –</em> <strong>[REQUIRED]</strong></p>
<p>Counted from one.</p>
</li>
<li><p><strong>Kind</strong> <em>(string) –</em></p>
<p>What it is.</p>
</li>
</ul>
</p></li>
<li><p><strong>Tags</strong> (<em>dict</em>) – <p>Words.</p>
<ul class="simple">
<li><p><em>(string) –</em></p>
<ul>
<li><p><em>(string) –</em></p></li>
</ul>
</li>
</ul>
</p></li>
</ul>
</dd>
"""
NOTHING = """\
<dt class="field-even">Returns<span class="colon">:</span></dt>
<dd class="field-even"><p>None</p>
</dd>
</dl>
"""
ANSWER = """\
<dt class="field-even">Return type<span class="colon">:</span></dt>
<dd class="field-even"><p>dict</p>
</dd>
<dt class="field-odd">Returns<span class="colon">:</span></dt>
<dd class="field-odd"><p><p><strong>Response Syntax</strong></p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span><span class="p">{</span>
    <span class="s1">'Height'</span><span class="p">:</span> <span class="o">...</span><span class="p">,</span>
    <span class="s1">'Body'</span><span class="p">:</span> <span class="n">StreamingBody</span><span class="p">()</span>
<span class="p">}</span>
</pre></div>
</div>
<p><strong>Response Structure</strong></p>
<ul>
<li><p><em>(dict) –</em></p>
<ul class="simple">
<li><p><strong>Height</strong> <em>(float) –</em></p></li>
<li><p><strong>Body</strong> (<code class="xref py py-class docutils literal notranslate"><span class="pre">\
StreamingBody</span></code>) –</p></li>
</ul>
</li>
</ul>
</p>
</dd>
</dl>
"""
ERRORS = """\
<p><strong>Exceptions</strong></p>
<ul class="simple">
<li><p><code class="xref py py-class docutils literal notranslate"><span class="pre">\
Garden.Client.exceptions.FrostException</span></code></p></li>
<li><p><a class="reference internal" href="exceptions/DroughtException.html"><code class="xref py py-class"><span \
class="pre">Garden.Client.exceptions.DroughtException</span></code></a></p></li>
</ul>
"""
EXAMPLES = """\
<p><strong>Examples</strong></p>
<p>An elm in the first row.</p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span><span class="n">response</span> \
<span class="o">=</span> client.plant(
    name='an elm',
)

print(response)
</pre></div>
</div>
<p>Expected Output:</p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{
    'Height': 0.5,
    'ResponseMetadata': {
        '...': '...',
    },
}
</pre></div>
</div>
"""
BODY = SEE_ALSO + REQUEST + PARAMETERS + ANSWER + ERRORS + EXAMPLES


def document(body: str, signature: str = "") -> str:
    return HEAD + (signature or SIGNATURE.format(method="plant", arguments="**kwargs")) + body + "</dd></dl>\n" + FOOT


def read(text: str) -> OperationPage:
    (page,), _ = read_pages("plant.html", text.encode())
    assert isinstance(page, OperationPage)
    return page


def test_every_fact_of_a_page_is_found_on_its_line() -> None:
    text = document(BODY)
    page = read(text)
    lines = ["", *text.split("\n")]
    assert (page.reader, page.service, page.client, page.method) == ("html", "garden", "Garden", "plant")
    assert (page.operation, page.operation_derived) == ("PlantTREE", False)
    assert page.documentation == "https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/PlantTREE"
    assert "<p>See also:" in lines[page.operation_line]
    assert lines[page.method_line].endswith('id="Garden.Client.plant">')
    assert page.input is not None
    assert page.output is not None
    assert page.input.required == ["name"]
    site = page.input.members["Site"]
    assert (site.required, site.members["Kind"].enum) == (["Row"], ("A&B", "ELM"))
    assert lines[site.members["Row"].line].startswith("        <span class=\"s1\">'Row'")
    assert lines[site.members["Row"].bullet].startswith("<li><p><strong>Row</strong> <em>(integer)")
    assert page.input.members["Tags"].type == "map"
    body = page.output.members["Body"]
    assert (body.type, body.streaming, page.output.members["Height"].type) == ("blob", True, "float")
    assert [name for name, _ in page.errors] == ["FrostException", "DroughtException"]
    assert "FrostException" in lines[page.errors[0][1]]
    (example,) = page.examples
    assert (example.params, example.output) == ({"name": "an elm"}, {"Height": 0.5})
    assert lines[example.caption_line] == "<p>An elm in the first row.</p>"
    assert lines[example.output_line].endswith("<pre><span></span>{")
    assert page.untold == ()


def test_a_page_calls_its_service_by_the_link_at_its_top_and_not_by_those_of_its_margin() -> None:
    assert identify("x", document(BODY).encode()) == ("garden", "Garden", "")


def test_the_signs_of_headings_in_todays_sphinx_are_no_part_of_names() -> None:
    page = read(document(BODY).replace(">#</a>", ">¶</a>").replace('role="main"', 'role="main" id="furo-main-content"'))
    assert page.method == "plant"


def test_a_theme_without_an_article_is_read_too() -> None:
    page = read(document(BODY).replace("<article", "<div").replace("</article>", "</div>"))
    assert page.input is not None
    assert page.input.required == ["name"]


def test_a_page_without_breaks_between_its_elements_tells_the_same() -> None:
    parts = re.split(r"(<pre>.*?</pre>)", document(BODY), flags=re.DOTALL)
    page = read("".join(part if part.startswith("<pre>") else part.replace("\n", "") for part in parts))
    assert page.input is not None
    assert page.input.required == ["name"]
    assert page.input.members["Site"].required == ["Row"]
    assert page.input.members["Tags"].type == "map"
    assert len(page.examples) == 1


def test_a_lone_parameter_stands_in_no_list() -> None:
    lone = """\
<dl class="field-list simple">
<dt class="field-odd">Parameters<span class="colon">:</span></dt>
<dd class="field-odd"><p><strong>Site</strong> (<em>dict</em>) – <p><strong>[REQUIRED]</strong></p>
<ul class="simple">
<li><p><strong>Row</strong> <em>(integer) –</em> <strong>[REQUIRED]</strong></p></li>
</ul>
</p>
</dd>
"""
    request = "<p><strong>Request Syntax</strong></p>\n<pre>response = client.plant(\n    Site={\n"
    request += "        'Row': 123\n    }\n)\n</pre>\n"
    page = read(document(SEE_ALSO + request + lone + NOTHING))
    assert page.input is not None
    assert page.input.required == ["Site"]
    assert page.input.members["Site"].required == ["Row"]
    assert page.output is None


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("<em>str</em><em> or </em><em>dict</em>", "string"),
        ("<em>bytes</em><em> or </em><em>seekable file-like object</em>", "blob"),
        ('<a class="reference internal" href="x.html"><span class="std std-ref">document</span></a>', "document"),
    ],
)
def test_types_of_several_words_and_types_that_are_links_are_types(printed: str, told: str) -> None:
    shown = {"string": "'string' or {'Row': 123}", "blob": "b'bytes'|file", "document": "{...}"}[told]
    if told == "document":
        shown = "{...}|[...]|123|123.4|'string'|True|None"
    request = REQUEST[: REQUEST.index("<div")] + f"<pre>response = client.plant(\n    Seed={shown}\n)\n</pre>\n"
    field = f"""\
<dl class="field-list simple">
<dt class="field-odd">Parameters<span class="colon">:</span></dt>
<dd class="field-odd"><p><strong>Seed</strong> ({printed}) – <strong>[REQUIRED]</strong> What grows.</p>
</dd>
"""
    page = read(document(SEE_ALSO + request + field + NOTHING))
    assert page.input is not None
    assert page.input.members["Seed"].type == told
    assert page.input.members["Seed"].bullet
    assert page.input.required == ["Seed"]


def test_fields_that_sphinx_left_as_they_were_are_read() -> None:
    def field(name: str, told: str) -> str:
        return f'<dt class="field-odd">{name}<span class="colon">:</span></dt>\n<dd class="field-odd">{told}\n</dd>\n'

    site = "<p>Where it stands.</p>\n<ul>\n<li><p><strong>Row</strong> <em>(integer) –</em></p></li>\n"
    site += "<li><p><strong>Kind</strong> <em>(string) –</em></p></li>\n</ul>"
    tags = "<p>Words.</p>\n<ul><li><p><em>(string) –</em></p><ul><li><p><em>(string) –</em></p></li></ul></li></ul>"
    fields = (
        '<dl class="field-list">\n'
        + field("type name", "<p>string</p>")
        + field("param name", "<p><strong>[REQUIRED]</strong></p>\n<p>A name.</p>")
        + field("type Site", "<p>dict</p>")
        + field("param Site", site)
        + field("type Tags", "<p>dict</p>")
        + field("param Tags", tags)
        + field("returns", "<p>None</p>")
        + "</dl>\n"
    )
    page = read(document(SEE_ALSO + REQUEST + fields))
    assert page.input is not None
    assert page.input.required == ["name"]
    assert page.input.members["Tags"].type == "map"
    assert all(node.bullet for node in page.input.members.values())


def test_bold_words_within_prose_are_no_sections() -> None:
    prose = "<ul><li><p><strong>Exceptions</strong></p></li></ul><p><strong>Request Syntax</strong></p><pre>GET /</pre>"
    page = read(document(prose + BODY))
    assert page.input is not None
    assert len(page.errors) == 2


def test_a_required_parameter_is_told_whatever_else_stands_in_that_paragraph() -> None:
    body = BODY.replace("<p>Where it stands.</p>", "<p><strong>[REQUIRED]</strong> Where it stands.</p>")
    page = read(document(body))
    assert page.input is not None
    assert page.input.required == ["name", "Site"]


def test_a_sentence_behind_other_prose_is_found() -> None:
    body = BODY.replace("Words.", "<em>Words.</em> This field is autopopulated if not provided.")
    page = read(document(body))
    assert page.input is not None
    assert page.input.members["Tags"].idempotent


def test_a_deprecated_operation_is_told_by_its_note() -> None:
    note = (
        '<div class="admonition danger">\n<p class="admonition-title">Danger</p>\n'
        "<p>This operation is deprecated and may not function as expected. It is kept.</p>\n</div>\n"
    )
    text = document(note + BODY)
    assert text.split("\n")[read(text).deprecated - 1].startswith("<p>This operation is deprecated")
    assert not read(document(note.replace("danger", "note") + BODY)).deprecated


def test_unions_and_tokens_belong_to_the_parameter_that_they_explain() -> None:
    union = "This is a Tagged Union structure. Only one of the following top level keys can be set: <code>Row</code>."
    body = BODY.replace("Where it stands.", union).replace("Words.", "This field is autopopulated if not provided.")
    page = read(document(body))
    assert page.input is not None
    assert page.input.members["Site"].union
    assert page.input.members["Tags"].idempotent
    assert not page.input.members["name"].idempotent


def test_elided_sections_are_open() -> None:
    elided = "<div><pre><span></span># This section is too large to render.\n# Please see below.\n</pre></div>\n"
    page = read(
        document(
            SEE_ALSO
            + f"<p><strong>Request Syntax</strong></p>\n{elided}<p><strong>Parameters</strong></p>\n{elided}"
            + '<dl class="field-list"><dt class="field-odd">Returns<span class="colon">:</span></dt>\n<dd>'
            + f"<p><strong>Response Syntax</strong></p>\n{elided}<p><strong>Response Structure</strong></p>\n{elided}"
            + "</dd></dl>"
        )
    )
    assert page.input is not None
    assert page.output is not None
    assert page.input.open
    assert page.output.open


def test_an_example_whose_call_is_no_code_any_more_is_left_out() -> None:
    flowed = (
        "<p><strong>Examples</strong></p>\n<p>Flowed.</p>\n<pre><span></span>::\n</pre>\n<blockquote>\n"
        "<dl><dt>response = client.plant(</dt><dd><p>name=’an elm’,</p></dd></dl>\n<p>)</p></blockquote>\n"  # noqa: RUF001 - as printed
        "<p>Expected Output:</p>\n<pre>{\n    'Height': 1\n}\n</pre>\n"
    )
    page = read(document(BODY.replace("<p><strong>Examples</strong></p>\n", flowed)))
    assert [example.params for example in page.examples] == [{"name": "an elm"}]


@pytest.mark.parametrize(("method", "arguments"), [("close", ""), ("can_paginate", "operation_name")])
def test_methods_that_are_no_operations_are_not_taken_for_any(method: str, arguments: str) -> None:
    text = document("<p>Closes something.</p>", SIGNATURE.format(method=method, arguments=arguments))
    (page,), _ = read_pages("x.html", text.encode())
    assert isinstance(page, OtherPage)
    assert page.title == method


def _class(name: str, inner: str, body: str) -> str:
    return document(
        f'<pre><span></span>x = client.get()\n</pre>\n<dl class="py method">\n<dt class="sig sig-object py" '
        f'id="{name}.{inner}">\n<span>{inner}</span></dt>\n<dd>{body}</dd></dl>\n',
        f'<dl class="py class">\n<dt class="sig sig-object py" id="{name}">\n<em>class </em></dt>\n<dd>',
    )


def test_a_paginator_tells_its_operation_and_whether_pages_have_a_size() -> None:
    request = "<p><strong>Request Syntax</strong></p>\n<pre>response_iterator = paginator.paginate(\n"
    body = (
        "<p>Pages of <code>Garden.Client.list_trees()</code>.</p>"
        + SEE_ALSO
        + request
        + "    PaginationConfig={\n        'PageSize': 123\n    }\n)\n</pre>\n<dl>"
        + ANSWER
    )
    (page,), _ = read_pages("x.html", _class("Garden.Paginator.ListTrees", "paginate", body).encode())
    assert isinstance(page, PaginatorPage)
    assert (page.name, page.operation, page.method, page.page_size) == ("ListTrees", "PlantTREE", "list_trees", True)


def test_a_waiter_tells_what_it_polls() -> None:
    body = (
        "<p>Polls <a><code>Garden.Client.get_tree()</code></a> every 30 seconds until a successful state is reached. "
        "An error is raised after 40 failed checks.</p>\n" + SEE_ALSO + "<p><strong>Request Syntax</strong></p>\n"
        "<pre>waiter.wait(\n    name='string'\n)\n</pre>\n<dl>" + NOTHING
    )
    (page,), _ = read_pages("x.html", _class("Garden.Waiter.TreeGrown", "wait", body).encode())
    assert isinstance(page, WaiterPage)
    assert (page.name, page.method, page.delay, page.max_attempts) == ("TreeGrown", "get_tree", 30, 40)


def test_an_exception_tells_its_members() -> None:
    body = (
        "<p><strong>Syntax</strong></p>\n<pre>{\n    'Degrees': 123\n}\n</pre>\n<p><strong>Structure</strong></p>\n"
        "<ul><li><p><em>(dict) –</em></p>\n<ul><li><p><strong>Degrees</strong> <em>(integer) –</em></p></li></ul>"
        "</li></ul>"
    )
    (page,), _ = read_pages("x.html", _class("Garden.Client.exceptions.Frost", "response", body).encode())
    assert isinstance(page, ExceptionPage)
    assert page.name == "Frost"
    assert page.output.members["Degrees"].bullet


def test_the_page_of_a_service_lists_what_it_documents_elsewhere() -> None:
    links = "".join(
        f'<li class="toctree-l1"><a class="reference internal" href="garden/{path}.html">x</a></li>\n'
        for path in ("client/plant", "client/close", "paginator/ListTrees", "waiter/TreeGrown")
    )
    text = document(f"<ul>\n{links}</ul>", '<dl class="py class">\n<dt class="sig" id="Garden.Client">\nclass</dt><dd>')
    (page,), _ = read_pages("garden.html", text.encode())
    assert isinstance(page, ServicePage)
    assert (page.service, list(page.methods), list(page.paginators), list(page.waiters)) == (
        "garden",
        ["plant", "close"],
        ["ListTrees"],
        ["TreeGrown"],
    )


def test_a_page_of_sphinx_without_a_signature_tells_nothing() -> None:
    (page,), _ = read_pages("index.html", (HEAD + "<p>Welcome.</p>" + FOOT).encode())
    assert isinstance(page, OtherPage)


def test_a_page_cut_at_any_line_is_refused() -> None:
    lines = document(BODY).split("\n")
    whole = next(number for number, line in enumerate(lines) if "</article>" in line)
    for end in range(1, whole):
        with pytest.raises(PageError):
            read_pages("plant.html", "\n".join(lines[:end]).encode())


def test_nesting_ten_thousand_deep_is_refused_in_time() -> None:
    began = time.process_time()
    for element in ("div", "ul><li", "b", "dl><dd", "pre"):
        with pytest.raises(PageError, match="gives up"):
            read(document(BODY + f"<{element}>" * 10_000))
    assert time.process_time() - began < 5


def test_a_page_of_too_many_lines_is_refused() -> None:
    with pytest.raises(PageError, match="lines"):
        read(document(BODY + "\n" * 70_000))


@pytest.mark.parametrize("element", ["<p>", "<li>", "<pre>x</pre>", "<p>x</p>"])
def test_a_page_of_far_too_many_elements_is_refused_in_time(element: str) -> None:
    began = time.process_time()
    with pytest.raises(PageError):
        read(document(BODY + element * 300_000))
    assert time.process_time() - began < 3
