"""The tables of the README: `python -m tests.targets.tables` prints them, `--write` puts them into README.md.

They are over every kind of case. Named targets alone are printed where some are named.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.runtime.files import write_atomic
from tests.targets.catalog import OPTIONAL, ROOT, TARGETS
from tests.targets.start import running

ASDOC = str(Path(sys.executable).with_name("asdoc"))
README = ROOT / "README.md"
BY_HAND = Path(__file__).with_name("by_hand.toml")
BEGIN, END = "<!-- tables -->", "<!-- /tables -->"
SERVICES_BEGIN, SERVICES_END = "<!-- services -->", "<!-- /services -->"
"""Within the others: what `tests.targets.services` writes."""
VERDICTS = ("pass", "fail", "unsupported", "blocked", "harness-error")
ALL = (*TARGETS, *OPTIONAL)

Report = dict[str, Any]


class Difference(NamedTuple):
    """What the failures of one group have in common."""

    kind: str
    what: str
    documented: str
    found: str


def verify(name: str) -> Report:
    """Start the named target and try every AppConfig case against it; gives the report."""
    with tempfile.TemporaryDirectory() as folder, running(name) as endpoint:
        path = Path(folder) / "report.json"
        command = [ASDOC, "verify", endpoint, "--service", "appconfig", "--kind", "all", "--json", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"verifying {name} ended with exit code {done.returncode}:\n{done.stderr}")
        report: Report = json.loads(path.read_text())
        return report


def title(name: str) -> str:
    requirement = {**TARGETS, **OPTIONAL}[name].requirement.partition(" ")[0]
    return re.sub(r"\[.*\]", "", requirement).replace("==", " ") or "reference"


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.0f} %)" if whole else "")


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def head(*cells: str, left: int = 1) -> list[str]:
    return [row(*cells), "|" + "---|" * left + "---:|" * (len(cells) - left)]


def told(value: object) -> str:
    """A value that is the same in every run: live ids stand in none that is longer than a word."""
    if isinstance(value, list):
        return "other items"
    if isinstance(value, dict):
        return "as its sentence says" if next(iter(value), "").startswith("$") else "other members"
    if len(str(value)) > 40:
        return "as sent"
    return value if isinstance(value, str) else json.dumps(value)


def difference(case: Mapping[str, Any]) -> Difference:
    """The group of a failed case, told by the first check that it failed."""
    wrong = [check for check in case["checks"] if check["outcome"] == "fail" and check["basis"] == "documented"]
    check = wrong[0]
    what = re.sub(r"@.*", "", check["id"]).replace("value:", "")
    documented, found = told(check["documented"]), told(check["found"])
    if what == "status" and documented.startswith("4"):
        if found.startswith("2"):
            documented, found = "a refusal (4xx)", "done"
        elif found.startswith("5"):
            documented = "a refusal (4xx)"
    elif found == "other items":
        documented = "the items asked for"
    return Difference(case["kind"], what, documented, found.removesuffix(" text/html"))


def differences(report: Report) -> Counter[Difference]:
    return Counter(difference(case) for case in report["cases"] if case["verdict"] == "fail")


def finding(case: Mapping[str, Any]) -> str:
    """What a failed case found: the place of the first check that it failed, and what was there."""
    check = next(check for check in case["checks"] if check["outcome"] == "fail" and check["basis"] == "documented")
    return f"{check['id'].replace('value:', '')} {told(check['found'])}".removesuffix(" text/html")


def findings(report: Report) -> dict[str, str]:
    """Of each failed case, by its id without the service."""
    failed = (case for case in report["cases"] if case["verdict"] == "fail")
    return {case["id"].partition(".")[2]: finding(case) for case in failed}


def entries() -> dict[str, dict[str, Any]]:
    """What somebody has written down of each case that fails somewhere."""
    read: dict[str, dict[str, Any]] = tomllib.loads(BY_HAND.read_text())["case"]
    return read


def checked(name: str) -> dict[str, str]:
    """What each failed case of a target found when somebody held it to its page and repeated its calls."""
    target = title(name)
    return {case: entry["back"][target] for case, entry in entries().items() if target in entry["back"]}


def by_hand(name: str, report: Report) -> int:
    """Of the failures of a run, those that were checked by hand."""
    return len(findings(report).items() & checked(name).items())


def verdicts_table(reports: Mapping[str, Report]) -> list[str]:
    """Verdicts by kind, a column a target."""
    counts = {
        name: Counter((case["kind"], case["verdict"]) for case in report["cases"]) for name, report in reports.items()
    }
    kinds = Counter(case["kind"] for case in next(iter(reports.values()))["cases"])
    lines = head("cases", *(title(name) for name in reports))
    for kind, whole in sorted(kinds.items()):
        cells = (" · ".join(f"{counts[name][kind, verdict]}" for verdict in VERDICTS[:4]) for name in reports)
        lines.append(row(f"{whole} {kind}", *cells))
    totals = (Counter(case["verdict"] for case in report["cases"]) for report in reports.values())
    sums = (" · ".join(f"**{total[verdict]}**" for verdict in VERDICTS[:4]) for total in totals)
    lines.append(row(f"**{sum(kinds.values())}**", *sums))
    for figure, part, whole_of in (("correctness", "passed", "judged"), ("coverage", "judged", "documented")):
        figures = (report[figure] for report in reports.values())
        lines.append(row(figure, *(share(each[part], each[whole_of]) for each in figures)))
    return lines


def differences_table(reports: Mapping[str, Report]) -> list[str]:
    """Failures by what differs, a column a target that has any."""
    found = {name: differences(report) for name, report in reports.items()}
    shown = [name for name, groups in found.items() if groups]
    groups = sorted({group for each in found.values() for group in each})
    lines = head("failed check of", "", "documented", "found", *(title(name) for name in shown), left=4)
    lines += [row(*group, *(found[name][group] or "" for name in shown)) for group in groups]
    whole = {name: sum(found[name].values()) for name in shown}
    hands = {name: by_hand(name, reports[name]) for name in shown}
    lines.append(row("**failures**", "", "", "", *(whole[name] for name in shown)))
    lines.append(row("of them checked by hand", "", "", "", *(hands[name] for name in shown)))
    return lines


def changes(older: str, newer: str, reports: Mapping[str, Report]) -> list[str]:
    """What differs between two versions of one target."""
    before, after = ({case["id"]: case["verdict"] for case in reports[name]["cases"]} for name in (older, newer))
    moved: dict[tuple[str, str], list[str]] = {}
    for identity, verdict in before.items():
        if after[identity] != verdict:
            moved.setdefault((verdict, after[identity]), []).append(identity.partition(".")[2])
    lines = [f"From {title(older)} to {title(newer).rpartition(' ')[2]}:"]
    for (was, now), cases in sorted(moved.items()):
        which = ", ".join(cases[:4]) + (f" and {len(cases) - 4} more" if len(cases) > 4 else "")
        lines.append(f"- {len(cases)} {was} → {now}: {which}")
    return lines


def tables(reports: Mapping[str, Report]) -> str:
    """All of it, as Markdown."""
    lines = [f"By kind, as {' · '.join(VERDICTS[:4])}:", "", *verdicts_table(reports)]
    if any(differences(report) for report in reports.values()):
        lines += ["", "What differs:", "", *differences_table(reports)]
    if {"ministack", "ministack-1.4.0"} <= set(reports):
        lines += ["", *changes("ministack-1.4.0", "ministack", reports)]
    return "\n".join(lines)


def between(begin: str, end: str) -> str:
    """What README.md holds between two markers."""
    return README.read_text().partition(begin)[2].partition(end)[0].strip("\n")


def write(made: str, services: str) -> None:
    """Put the tables into README.md, between their markers."""
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    inner = f"{SERVICES_BEGIN}\n{services}\n{SERVICES_END}"
    write_atomic(README, f"{before}{BEGIN}\n{made}\n\n{inner}\n{END}{after}")


def verified(names: Iterable[str] = ALL) -> dict[str, Report]:
    return {name: verify(name) for name in names}


def main(arguments: list[str]) -> None:
    named = [name for name in arguments if name != "--write"]
    made = tables(verified(named or ALL))
    if "--write" in arguments and not named:
        write(made, between(SERVICES_BEGIN, SERVICES_END))
    else:
        print(made)


if __name__ == "__main__":
    main(sys.argv[1:])
