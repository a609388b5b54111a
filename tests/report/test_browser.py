"""The HTML report in a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from asdoc.conformance import verify
from asdoc.conformance.events import Check
from asdoc.conformance.report.as_html import as_html
from asdoc.conformance.report.matrix import as_matrix_html, matrix
from asdoc.conformance.report.model import Report, gather
from asdoc.runtime.http import HttpResponse
from tests.conformance.library import Library, make_suite
from tests.report.browser import Shown, browser
from tests.report.runs import ATTACKS, case, exchange, hostile, huge, one_of_each, report, timeline

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
Show = Callable[..., Shown]
_RELOADS = 20


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as each:
        yield each


@pytest.fixture
def show(started: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a report; at the end, none may have complained or asked for anything but itself."""
    opened: list[Shown] = []

    def open_(shown: Report | str, **context: Any) -> Shown:
        file = tmp_path / f"{len(opened)}.html"
        file.write_text(shown if isinstance(shown, str) else as_html(shown), encoding="utf-8")
        opened.append(Shown(started, file, **context))
        return opened[-1]

    yield open_
    for shown in opened:
        complaints, requests = shown.complaints, shown.requests
        shown.close()
        assert complaints == []
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
        assert len({url.partition("#")[0] for url in requests if url.startswith("file:")}) == 1


@pytest.fixture(scope="module")
def ten_thousand() -> Report:
    return gather(huge(10_000))


@pytest.fixture(scope="module")
def ten_thousand_shown(ten_thousand: Report) -> str:
    return as_html(ten_thousand)


def rich() -> Report:
    """A run with every part that the report can show."""
    failed = case(
        "UpdateShelf", "fail", exchanges=(exchange(), exchange(own=False, operation="CreateShelf")),
        timelines=(timeline(),), path=("CreateShelf", "900 s, until BOUND"),
    )  # fmt: skip
    twice = case("CreateShelf", "fail", kind="statement", timelines=(timeline(),))
    return report(failed, twice, *one_of_each().cases)


def rows(shown: Shown) -> list[str]:
    # What is far below is not rendered before it comes near, and has no inner text until then.
    return shown.page.locator("#list .name").all_text_contents()


def serious(shown: Shown) -> list[str]:
    """What axe finds wrong, as far as it is serious."""
    shown.page.evaluate(AXE)
    found = shown.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def test_of_ten_thousand_cases_a_hundred_are_made_at_first(show: Show, ten_thousand_shown: str) -> None:
    shown = show(ten_thousand_shown)
    shown.page.wait_for_selector("html[data-ready]")
    assert shown.page.locator("#list .row").count() == 100


def test_each_of_ten_thousand_cases_is_found_by_search_and_by_address(
    show: Show, ten_thousand: Report, ten_thousand_shown: str
) -> None:
    shown = show(ten_thousand_shown)
    shown.page.fill("#search", "operation000 .9960")
    assert rows(shown) == ["Operation000OfTheLibrary.9960"]
    last = [each for each in ten_thousand.cases if each.verdict == "pass"][-1]
    shown.page.evaluate("id => { location.hash = '#case=' + encodeURIComponent(id) }", last.id)
    shown.page.wait_for_selector(".open .details")
    assert shown.page.locator(".open .id code").inner_text() == last.id


@pytest.mark.parametrize("width", [1280, 900, 375])
def test_the_address_of_a_case_leads_to_it_and_nothing_covers_it(show: Show, width: int) -> None:
    # Rows of several lines each, so that no guess at their height is right.
    cases = [
        case(f"Operation{number}OfALibrary", "fail", id=f"library.example.{'Long.' * 9}{number}")
        for number in range(80)
    ]
    shown = show(report(*cases), viewport={"width": width, "height": 800})
    shown.page.evaluate("id => { location.hash = '#case=' + encodeURIComponent(id) }", cases[60].id)
    shown.page.wait_for_selector(".open .details")
    shown.page.wait_for_timeout(400)
    over = """() => {
        const row = document.querySelector(".open .row").getBoundingClientRect();
        return [row.top, row.bottom].map((y) => document.elementFromPoint(row.left + 20, y + (y === row.top ? 3 : -3)))
            .every((element) => element?.closest(".open .row")) ? "" : JSON.stringify(row);
    }"""
    assert shown.page.evaluate(over) == ""


def test_what_a_verdict_rests_on_is_told_first(show: Show) -> None:
    checks = (
        Check(id="content-type", outcome="fail", basis="derived", documented="a", found="b"),
        Check(id="value:/Name", outcome="fail", documented="a", found="b"),
    )
    shown = show(report(case("GetShelf", "fail", checks=checks)))
    shown.page.click("#list .row")
    assert shown.page.locator(".diff tbody th").all_inner_texts() == ["value:/Name", "content-type"]


def test_the_rows_go_on_as_far_as_one_scrolls(show: Show) -> None:
    shown = show(gather(huge(250)))
    shown.page.locator("#more").scroll_into_view_if_needed()
    shown.page.wait_for_selector("#list li:nth-child(101)", state="attached")


def test_filters_leave_what_they_say(show: Show) -> None:
    shown = show(rich())
    assert len(rows(shown)) == 8
    shown.page.click(".chip.v-fail")
    assert rows(shown) == ["CreateShelf.1", "UpdateShelf.1", "VerbFail.1"]
    shown.page.select_option("#kind", label="statement")
    assert rows(shown) == ["CreateShelf.1"]
    assert shown.page.locator("#count").inner_text() == "1 of 8 cases"
    shown.page.click("#reset")
    assert len(rows(shown)) == 8
    shown.page.select_option("#operation", label="UpdateShelf")
    assert rows(shown) == ["UpdateShelf.1"]
    shown.page.click("#reset")
    shown.page.get_by_role("button", name="VerbBlocked, example: 1 blocked").click()
    assert rows(shown) == ["VerbBlocked.1"]
    shown.page.fill("#search", "no such case")
    assert rows(shown) == []
    assert "No case is like that" in shown.page.locator("#count").inner_text()


def test_what_differs_most_leads_to_its_cases(show: Show) -> None:
    shown = show(rich())
    assert "3 cases status: documented 201, found 200" in shown.page.locator("#fault-list").inner_text()
    shown.page.click("#fault-list button")
    assert rows(shown) == ["CreateShelf.1", "UpdateShelf.1", "VerbFail.1"]


def test_a_failure_opens_with_all_that_is_known_of_it(show: Show) -> None:
    shown = show(rich())
    shown.page.get_by_role("button", name="UpdateShelf.1").click()
    told = shown.page.locator(".open .details").inner_text()
    for text in ("library/client/updateshelf.rst", "line 12", "201", "200", "CreateShelf", "900 s, until BOUND"):
        assert text in told
    assert shown.page.locator(".details .chart path.observed").count() == 1
    assert "POST http://127.0.0.1:5000/shelves" in told
    assert "authorization: ***" in told
    assert "--aws-sigv4 aws:amz:us-east-1:library" in told
    address = shown.page.locator(".details .pages a").get_attribute("href")
    assert address
    assert address.endswith("/reference/services/library/client/updateshelf.html")


def test_everything_is_done_by_keyboard(show: Show) -> None:
    shown = show(rich())
    press = shown.page.keyboard.press
    for key in ("j", "j", "Enter"):
        press(key)
    assert shown.page.locator(".open .name").inner_text() == "UpdateShelf.1"
    press("Enter")
    assert shown.page.locator(".open").count() == 0
    press("k")
    press("Enter")
    assert shown.page.locator(".open .name").inner_text() == "CreateShelf.1"
    press("f")
    assert len(rows(shown)) == 3
    press("Escape")
    press("/")
    shown.page.keyboard.type("blocked")
    assert rows(shown) == ["VerbBlocked.1"]
    press("Escape")
    assert len(rows(shown)) == 8
    press("?")
    assert shown.page.locator("#help").is_visible()
    shown.page.uncheck("#keys")
    press("Escape")
    press("f")
    assert len(rows(shown)) == 8


def test_dark_and_light_follow_the_reader(show: Show) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = show(rich(), color_scheme="light").page
    dark = show(rich(), color_scheme="dark").page
    assert light.evaluate(colour) != dark.evaluate(colour)
    by_default = light.evaluate(colour)
    light.keyboard.press("d")
    assert light.evaluate(colour) == dark.evaluate(colour)
    for _ in range(_RELOADS):
        # The browser writes down what a page keeps when it has time, and a reload may come before that.
        light.reload()
        if light.evaluate(colour) != by_default:
            break
    assert light.evaluate(colour) == dark.evaluate(colour)
    light.click("#theme")
    assert light.evaluate(colour) == by_default


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_serious_fault(show: Show, theme: str, width: int) -> None:
    shown = show(rich(), color_scheme=theme, viewport={"width": width, "height": 900}, bypass_csp=True)
    for name in ("UpdateShelf.1", "VerbUnsupported.1"):
        shown.page.get_by_role("button", name=name).click()
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    shown.page.wait_for_selector(".numbers-of td")
    assert serious(shown) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the window"


def test_axe_finds_no_serious_fault_in_a_matrix(show: Show) -> None:
    table = matrix([[rich()], [one_of_each()]], ["one", "other"], "operation")
    shown = show(as_matrix_html(table), bypass_csp=True, color_scheme="light")
    assert serious(shown) == []
    shown.page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    assert [fault.partition(":")[0] for fault in serious(shown)] == ["color-contrast"], "what is seen is looked at"


def test_on_paper_each_failure_comes_whole(show: Show) -> None:
    shown = show(rich())
    shown.page.pdf()
    assert shown.page.locator("#list .case.v-fail.open .diff").count() == 3
    shown.page.emulate_media(media="print")
    assert not shown.page.locator(".toolbar").is_visible()
    assert shown.page.locator(".details .diff").first.is_visible()


def test_no_script_of_a_hostile_run_is_ever_run(show: Show) -> None:
    shown = show(hostile())
    shown.page.wait_for_selector("html[data-ready]")
    assert len(rows(shown)) == len(ATTACKS)
    shown.page.evaluate("document.querySelectorAll('#list .row').forEach(each => each.click())")
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for link in shown.page.locator("a").all():
        assert (link.get_attribute("href") or "").startswith(("#", "https://boto3.amazonaws.com/"))
    shown.page.evaluate("document.querySelectorAll('#grid button, #fault-list button').forEach(each => each.click())")
    shown.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.page.wait_for_timeout(100)
    assert shown.page.evaluate("window.pwned") is None
    assert shown.page.locator("iframe, img, svg[onload], [onerror], base, object, embed").count() == 0
    assert shown.page.locator("script:not([type])").count() == 1
    told = shown.page.locator("body").inner_text()
    assert "<img src=x onerror=window.pwned=1>" in told, "an attack is shown as the text that it is"


def test_no_script_of_a_hostile_run_is_run_in_a_matrix(show: Show) -> None:
    table = matrix([[hostile()], [one_of_each()]], [ATTACKS[0], ATTACKS[1]], "case")
    shown = show(as_matrix_html(table))
    assert shown.page.evaluate("window.pwned") is None
    assert shown.page.locator("iframe, img, script").count() == 0


def test_no_script_of_a_hostile_target_is_run(show: Show) -> None:
    """From the answer on the wire to the page in the browser."""

    def attack(*_: Any) -> HttpResponse:
        body = json.dumps({"Id": ATTACKS[0], "Name": ATTACKS[1], ATTACKS[2]: ATTACKS[3]}).encode()
        return HttpResponse(status=200, headers={"content-type": "text/html", "x-amzn-a": ATTACKS[0]}, body=body)

    target = Library(wrong={"GetShelf": attack, "UpdateShelf": attack})
    shown = show(verify(target.handle, service="library", suite=make_suite()))
    for button in shown.page.locator("#list .case.v-fail .row").all():
        button.click()
    assert shown.page.locator(".details .body").count() > 0
    assert shown.page.evaluate("window.pwned") is None


def test_the_policy_stops_what_gets_in_all_the_same(started: Browser, tmp_path: Path) -> None:
    """The second wall: markup that is in the file runs nothing and loads nothing."""
    file = tmp_path / "broken.html"
    image = "<img src='http://127.0.0.1:9/x' onerror='window.pwned=1'>"
    attack = f"<script>window.pwned=1</script>{image}<style>h1{{color:red}}</style>"
    file.write_text(as_html(one_of_each()).replace("</main>", f"{attack}</main>"), encoding="utf-8")
    shown = Shown(started, file)
    shown.page.wait_for_selector("html[data-ready]")
    assert shown.page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in each for each in shown.complaints)
    shown.close()
