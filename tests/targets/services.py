"""Documented examples of many services against moto, in one command: `python -m tests.targets.services [SERVICE…]`.

Without names it takes every service that botocore has examples of. It prints a matrix by service; `--out DIR` keeps the
events and the HTML report of each, `--from DIR` reads those again, and `--write` puts the table into README.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import botocore.session
from botocore.exceptions import UnknownServiceError

from tests.targets.start import running
from tests.targets.tables import ASDOC, BEGIN, SERVICES_BEGIN, Report, between, head, row, title, write

TARGET = "moto"
RESET = "POST /moto-api/reset"
FEW = 30
"""Services of fewer examples share a row."""


def documented() -> Iterator[str]:
    """The services that botocore has examples of."""
    loader = botocore.session.get_session().get_component("data_loader")
    for service in loader.list_available_services("service-2"):
        try:
            examples = loader.load_service_model(service, "examples-1")
        except UnknownServiceError:
            continue
        if any(examples.get("examples", {}).values()):
            yield service


def replay(services: Iterable[str], out: Path) -> dict[str, Report]:
    """The report of each service. Raises RuntimeError where a run could not be made."""
    reports: dict[str, Report] = {}
    with running(TARGET) as endpoint:
        for service in services:
            files = [f"--{form}" for form in ("json", "events", "html")]
            paths = [str(out / f"{service}.{ending}") for ending in ("json", "ndjson", "html")]
            done = subprocess.run(
                [
                    *(ASDOC, "verify", endpoint, "--service", service),
                    # Examples share their names, so that what one leaves behind would stand in another's world.
                    *("--reset", RESET, "--reset-when", "case"),
                    *(word for pair in zip(files, paths, strict=True) for word in pair),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if not Path(paths[0]).exists() or done.returncode not in (0, 1):
                raise RuntimeError(f"replaying {service} ended with exit code {done.returncode}:\n{done.stderr}")
            reports[service] = json.loads(Path(paths[0]).read_text())
            print(f"{service}: {dict(Counter(case['verdict'] for case in reports[service]['cases']))}", file=sys.stderr)
    return reports


def crashed(case: Mapping[str, object]) -> bool:
    """Whether the call was answered with a server error: an operation that is lacking, or one that crashes."""
    checks = case["checks"]
    assert isinstance(checks, list)
    return any(check["id"] == "status" and str(check["found"]).startswith("5") for check in checks)


def counted(report: Report) -> Counter[str]:
    counts = Counter(case["verdict"] for case in report["cases"])
    counts["planned"] = sum(not case["reason"].startswith("no plan") for case in report["cases"])
    counts["5xx"] = sum(case["verdict"] == "fail" and crashed(case) for case in report["cases"])
    counts["fail"] -= counts["5xx"]
    return counts


def answers(report: Report) -> bool:
    """Whether any call of a service was answered with something else than a server error."""
    return any(
        case["verdict"] in ("pass", "unsupported")
        or (case["verdict"] == "fail" and not crashed(case))
        or re.search(r"(^|answered )[1-4]\d\d\b", case["reason"])
        for case in report["cases"]
    )


COLUMNS = ("planned", "pass", "fail", "5xx", "unsupported", "blocked")


def table(reports: Mapping[str, Report]) -> str:
    """A row a service, the largest first; those that gave nothing but server errors in one row."""
    counts = {service: counted(report) for service, report in reports.items()}
    silent = [name for name, count in counts.items() if count["5xx"] and not answers(reports[name])]
    lines = head("service", "examples", "planned", "passed", "failed", "5xx", "unsupported", "blocked")
    whole: Counter[str] = Counter()
    loud = sorted(set(counts) - set(silent), key=lambda name: (-len(reports[name]["cases"]), name))
    few = [name for name in loud if len(reports[name]["cases"]) < FEW] if len(loud) > FEW else []
    rows: list[tuple[str, list[str]]] = [(name, [name]) for name in loud if name not in few]
    if few:
        rows.append((f"{len(few)} services of fewer than {FEW} examples", few))
    if silent:
        rows.append((f"{len(silent)} services that answer every call with 5xx", silent))
    for label, names in rows:
        total: Counter[str] = Counter()
        for name in names:
            total += Counter({"examples": len(reports[name]["cases"]), **counts[name]})
        whole += total
        lines.append(row(label, total["examples"], *(total[column] for column in COLUMNS)))
    lines.append(row(f"**{len(reports)} services**", whole["examples"], *(whole[column] for column in COLUMNS)))
    if silent:
        lines += ["", f"Nothing but 5xx: {', '.join(sorted(silent))}."]
    what = f"Documented examples of {len(reports)} services at {title(TARGET)}"
    return "\n".join([f"{what}, each from a target that has forgotten everything:", "", *lines])


def main(arguments: list[str]) -> None:
    out = Path(arguments.pop(at + 1)) if (at := _index(arguments, "--out")) >= 0 else None
    kept = Path(arguments.pop(at + 1)) if (at := _index(arguments, "--from")) >= 0 else None
    named = [name for name in arguments if not name.startswith("--")]
    with tempfile.TemporaryDirectory() as folder:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        reports = read(kept) if kept else replay(named or list(documented()), out or Path(folder))
    made = table(reports)
    if "--write" in arguments:
        write(between(BEGIN, SERVICES_BEGIN), made)
    else:
        print(made)


def read(folder: Path) -> dict[str, Report]:
    """The reports of an earlier run."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def _index(arguments: list[str], name: str) -> int:
    return arguments.index(name) if name in arguments else -1


if __name__ == "__main__":
    main(sys.argv[1:])
