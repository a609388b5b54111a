"""One small document of every format, with a place for every name that a page carries.

A place is filled with whatever a test likes, raw: nothing is escaped on the way. With the defaults every document is
read whole, which is the control of all that is done with other names.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Mapping

NAMES: dict[str, str] = {
    "service": "garden",
    "client": "Garden",
    "title": "Amazon Garden",
    "method": "plant",
    "operation": "Plant",
    "argument": "Name",
    "structure": "Site",
    "member": "Row",
    "kinds": "Kind",
    "enum": "ELM",
    "answer": "Height",
    "error": "FrostException",
    "prose": "Where it stands.",
    "caption": "An elm in the first row.",
    "value": "an elm",
    "key": "colour",
    "comment": "a tall one",
    "deprecation": "This operation is deprecated and may not function as expected.",
    "address": "garden-2020-01-01",
}
"""Place -> its harmless name."""

_REQUEST = """\
response = client.@method@(
    @argument@='string',
    @structure@={
        '@member@': 123,
        '@kinds@': 'OAK'|'@enum@',
        'Tags': {
            'string': 'string'
        }
    }
)"""
_ANSWER = """\
{
    '@answer@': ...,
    'Kinds': [
        'OAK'|'@enum@',
    ],
    '@structure@': {
        '@member@': 123
    }
}"""
_CALL = """\
response = client.@method@(
    # @comment@
    @argument@='@value@',
    @structure@={
        '@member@': 2,
        'Tags': {
            '@key@': '@value@',
        },
    },
)

print(response)"""
_OUTPUT = """\
{
    '@answer@': 0.5,
    '@structure@': {
        '@member@': 2,
    },
    'ResponseMetadata': {
        '...': '...',
    },
}"""


def _indent(text: str, columns: int) -> str:
    return textwrap.indent(text, " " * columns)


_RST = f"""\
:doc:`@client@ <../../@service@>` / Client / @method@

*****
@method@
*****



.. py:method:: @client@.Client.@method@(**kwargs)

  \n
  @prose@

  .. danger::

    @deprecation@

  \n
  See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/@address@/@operation@>`_  \n

  **Request Syntax**
  ::

{_indent(_REQUEST, 4)}
    \n  :type @argument@: string
  :param @argument@: **[REQUIRED]** \n
    @prose@

    \n
  \n  :type @structure@: dict
  :param @structure@: \n
    @prose@

    \n
    - **@member@** *(integer) --* **[REQUIRED]** \n
      @prose@

    \n    - **@kinds@** *(string) --* \n
      @prose@

    \n    - **Tags** *(dict) --* \n
      - *(string) --* \n        \n
        - *(string) --* \n
  \n  \n  :rtype: dict
  :returns: \n    \n    **Response Syntax**

    \n    ::

{_indent(_ANSWER, 6)}
      \n    **Response Structure**

    \n
    - *(dict) --* \n      \n
      - **@answer@** *(float) --* \n
        @prose@

        \n      \n
      - **Kinds** *(list) --* \n
        - *(string) --* \n      \n
      - **@structure@** *(dict) --* \n
        - **@member@** *(integer) --* \n
          @prose@

  \n  **Exceptions**
  \n  *   :py:class:`@client@.Client.exceptions.@error@`

  \n
  **Examples**

  @caption@
  ::

{_indent(_CALL, 4)}

  \n  Expected Output:
  ::

{_indent(_OUTPUT, 4)}

  """


def _older() -> str:
    """The same page in the layout of one page a service: its directive two columns further in, names without class."""
    directive = _RST[_RST.index(".. py:method::") :].replace("@client@.Client.@method@(", "@method@(", 1)
    return f"""\


******
@client@
******

.. contents:: Table of Contents
   :depth: 2


======
Client
======



.. py:class:: @client@.Client

  A low-level client representing @title@
  \n
  @prose@

  ::

    \n    import boto3
    \n    client = boto3.client('@service@')

  \n  These are the available methods:
  \n  *   :py:meth:`~@client@.Client.@method@`

  \n
{_indent(directive, 2)}
"""


_RENDERED = f"""\
@client@ / Client / @method@

@method@#

@client@.Client.@method@(**kwargs)#

@prose@

Danger

@deprecation@

See also: AWS API Documentation

Request Syntax

{_REQUEST}
Parameters:
  • @argument@ (string) –

    [REQUIRED]

    @prose@

  • @structure@ (dict) –

    @prose@

    • @member@ (integer) – [REQUIRED]

      @prose@

    • @kinds@ (string) –

      @prose@

    • Tags (dict) –

      • (string) –

        • (string) –

Return type:

dict

Returns:

Response Syntax

{_ANSWER}

Response Structure

  • (dict) –

    • @answer@ (float) –

      @prose@

    • Kinds (list) –

      • (string) –

    • @structure@ (dict) –

      • @member@ (integer) –

        @prose@

Exceptions

  • @client@.Client.exceptions.@error@

Examples

@caption@

{_CALL}

Expected Output:

{_OUTPUT}
"""

_HTML = f"""\
<!doctype html>
<html class="no-js" lang="en">
  <head><meta charset="utf-8"/>
    <!-- Generated with Sphinx 5.1.1 and Furo 2022.12.07 -->
    <title>@method@ - Boto3 Docs documentation</title></head>
  <body>
        <article role="main">
          <p><a class="reference internal" href="../../@service@.html"><span class="doc">@client@</span>\
</a> / Client / @method@</p>
<section id="@method@">
<h1>@method@<a class="headerlink" href="#@method@" title="Permalink to this heading">#</a></h1>
<dl class="py method">
<dt class="sig sig-object py" id="@client@.Client.@method@">
<span class="sig-prename descclassname"><span class="pre">@client@.Client.</span></span><span class="sig-name \
descname"><span class="pre">@method@</span></span><span class="sig-paren">(</span><em class="sig-param"><span \
class="n"><span class="pre">**kwargs</span></span></em><span class="sig-paren">)</span><a class="headerlink" \
href="#@client@.Client.@method@" title="Permalink to this definition">#</a></dt>
<dd><p>@prose@</p>
<div class="admonition danger">
<p class="admonition-title">Danger</p>
<p>@deprecation@</p>
</div>
<p>See also: <a class="reference external" \
href="https://docs.aws.amazon.com/goto/WebAPI/@address@/@operation@">AWS API Documentation</a></p>
<p><strong>Request Syntax</strong></p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{_REQUEST}
</pre></div>
</div>
<dl class="field-list simple">
<dt class="field-odd">Parameters<span class="colon">:</span></dt>
<dd class="field-odd"><ul>
<li><p><strong>@argument@</strong> (<em>string</em>) – <p><strong>[REQUIRED]</strong></p>
<p>@prose@</p>
</p></li>
<li><p><strong>@structure@</strong> (<em>dict</em>) – <p>@prose@</p>
<ul>
<li><p><strong>@member@</strong> <em>(integer) –</em> <strong>[REQUIRED]</strong></p>
<p>@prose@</p>
</li>
<li><p><strong>@kinds@</strong> <em>(string) –</em></p>
<p>@prose@</p>
</li>
<li><p><strong>Tags</strong> <em>(dict) –</em></p>
<ul class="simple">
<li><p><em>(string) –</em></p>
<ul>
<li><p><em>(string) –</em></p></li>
</ul>
</li>
</ul>
</li>
</ul>
</p></li>
</ul>
</dd>
<dt class="field-even">Return type<span class="colon">:</span></dt>
<dd class="field-even"><p>dict</p>
</dd>
<dt class="field-odd">Returns<span class="colon">:</span></dt>
<dd class="field-odd"><p><p><strong>Response Syntax</strong></p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{_ANSWER}
</pre></div>
</div>
<p><strong>Response Structure</strong></p>
<ul>
<li><p><em>(dict) –</em></p>
<ul class="simple">
<li><p><strong>@answer@</strong> <em>(float) –</em></p>
<p>@prose@</p>
</li>
<li><p><strong>Kinds</strong> <em>(list) –</em></p>
<ul>
<li><p><em>(string) –</em></p></li>
</ul>
</li>
<li><p><strong>@structure@</strong> <em>(dict) –</em></p>
<ul>
<li><p><strong>@member@</strong> <em>(integer) –</em></p>
<p>@prose@</p>
</li>
</ul>
</li>
</ul>
</li>
</ul>
</p>
</dd>
</dl>
<p><strong>Exceptions</strong></p>
<ul class="simple">
<li><p><code class="xref py py-class docutils literal notranslate"><span class="pre">\
@client@.Client.exceptions.@error@</span></code></p></li>
</ul>
<p><strong>Examples</strong></p>
<p>@caption@</p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{_CALL}
</pre></div>
</div>
<p>Expected Output:</p>
<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{_OUTPUT}
</pre></div>
</div>
</dd></dl>

</section>
        </article>
  </body>
</html>
"""

_CHANGES = """\
2021/03/04 - @title@ - 1 new 1 updated api methods
Changes @prose@
@prose@
See also: AWS API Documentation
Request Syntax
client.@method@( @argument@='string', @structure@={ '@member@': 123, '@kinds@': 'OAK'|'@enum@', \
'Tags': { 'string': 'string' } } )
string
[REQUIRED]
@prose@
dict
@prose@
@member@ (integer) -- [REQUIRED]
@prose@
@kinds@ (string) --
@prose@
Tags (dict) --
(string) --
(string) --
dict
Response Syntax
{ '@answer@': ..., 'Kinds': [ 'OAK'|'@enum@', ], '@structure@': { '@member@': 123 } }
Response Structure
(dict) --
@answer@ (float) --
@prose@
Kinds (list) --
(string) --
@structure@ (dict) --
@member@ (integer) --
@prose@
{'@structure@': {'@kinds@': {'OAK', '@enum@'}}}
@prose@
See also: AWS API Documentation
Request Syntax
client.water( @structure@={ '@member@': 123, '@kinds@': 'OAK'|'@enum@' } )
dict
@prose@
@member@ (integer) --
@prose@
@kinds@ (string) --
@prose@
None
"""

TEMPLATES: dict[str, str] = {
    "rst": _RST,
    "single": _older(),
    "rendered": _RENDERED,
    "html": _HTML,
    "changes": _CHANGES,
}
FILES: dict[str, str] = {
    "rst": "garden/client/plant.rst",
    "single": "garden.rst",
    "rendered": "plant.txt",
    "html": "plant.html",
    "changes": "2021-03-04.txt",
}
"""What a document of the format is called."""


def places(kind: str) -> list[str]:
    """The places that a document of this format has."""
    return [name for name in NAMES if f"@{name}@" in TEMPLATES[kind]]


def document(kind: str, names: Mapping[str, str] = {}, *, escape: Callable[[str], str] | None = None) -> str:
    """The document of the format, its places filled with `names`, or else with the harmless ones.

    `escape` is applied to what HTML shows as text; by default nothing is escaped.
    """
    text = TEMPLATES[kind]
    for place, harmless in NAMES.items():
        name = names.get(place, harmless)
        text = text.replace(f"@{place}@", escape(name) if escape is not None else name)
    return text


def escaped(name: str) -> str:
    """The name as an HTML page shows it."""
    return html.escape(name, quote=True)
