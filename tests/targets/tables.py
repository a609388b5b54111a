"""The tables of the README: `python -m tests.targets.tables` prints them, `--write` puts them into README.md.

Named targets are printed alone, those of the catalog that no test needs as well: `… ministack-1.4.0 localstack`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from asdoc.runtime.files import write_atomic
from tests.targets.catalog import OPTIONAL, ROOT, TARGETS
from tests.targets.start import running

ASDOC = str(Path(sys.executable).with_name("asdoc"))
README = ROOT / "README.md"
BEGIN, END = "<!-- tables -->", "<!-- /tables -->"
VERDICTS = ("pass", "fail", "unsupported", "blocked", "harness-error")

Report = dict[str, Any]


def verify(name: str) -> Report:
    """Start the named target and replay the documented AppConfig examples against it; gives the report."""
    with tempfile.TemporaryDirectory() as folder, running(name) as endpoint:
        path = Path(folder) / "report.json"
        command = [ASDOC, "verify", endpoint, "--service", "appconfig", "--json", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"verifying {name} ended with exit code {done.returncode}:\n{done.stderr}")
        report: Report = json.loads(path.read_text())
        return report


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.0f} %)" if whole else "")


def cell(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return (text if len(text) <= 60 else text[:57] + "…").replace("|", "\\|")


def differences(report: Report, basis: str) -> dict[tuple[str, str, str], list[str]]:
    """Each failed check of that basis, as (check, documented, found), with the operations it failed in."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for case in report["cases"]:
        if case["verdict"] in ("pass", "fail"):
            for check in case["checks"]:
                if check["outcome"] == "fail" and check["basis"] == basis:
                    key = (check["id"].replace("value:", ""), cell(check["documented"]), cell(check["found"]))
                    found.setdefault(key, []).append(case["operation"])
    return found


def table(name: str, report: Report) -> str:
    """One target's table: verdicts, then what differs from the documents and where."""
    correct, covered = report["correctness"], report["coverage"]
    requirement = {**TARGETS, **OPTIONAL}[name].requirement.partition(" ")[0]
    title = re.sub(r"\[.*\]", "", requirement).replace("==", " ") or "asdoc's own reference backend"
    lines = [
        f"**{title}**: {share(correct['passed'], correct['judged'])} judged examples pass; "
        f"{share(covered['judged'], covered['documented'])} documented examples could be judged.",
        "",
        "| verdict | examples | which |",
        "|---|---:|---|",
    ]
    for verdict in VERDICTS:
        cases = [case["operation"] for case in report["cases"] if case["verdict"] == verdict]
        if cases:
            which = "all" if len(cases) == len(report["cases"]) else ", ".join(cases)
            lines.append(f"| {verdict} | {len(cases)} | {which} |")
    if differing := differences(report, "documented"):
        lines += ["", "| failed check | documented | found | in |", "|---|---|---|---|"]
        lines += [
            f"| {check} | {said} | {found} | {', '.join(where)} |" for (check, said, found), where in differing.items()
        ]
    for (check, said, found), where in differences(report, "derived").items():
        rule = f"{check} is {found}, and not {said} as the protocol has it"
        lines += ["", f"Derived, and in no verdict: the {rule}, in {', '.join(where)}."]
    return "\n".join(lines)


def tables(names: Iterable[str] = TARGETS) -> str:
    return "\n\n".join(table(name, verify(name)) for name in names)


def main(write: bool) -> None:
    made = tables()
    if not write:
        print(made)
        return
    head, _, rest = README.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    write_atomic(README, f"{head}{BEGIN}\n{made}\n{END}{tail}")


if __name__ == "__main__":
    named = [name for name in sys.argv[1:] if name != "--write"]
    if named:
        print(tables(named))
    else:
        main("--write" in sys.argv[1:])
