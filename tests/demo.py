"""`make demo`: pages to spec to code to verdict, on the pages of the installed boto3.

Everything is made anew below the folder that is given, and the examples are replayed against the code made there. At
the end it is compared with what is committed: the same pages give the same bytes.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASDOC = str(Path(sys.executable).with_name("asdoc"))
SERVICES = ("appconfig", "appconfigdata", "proton")
HAND_WRITTEN = ("patches.json", "resources.yaml", "statements.yaml")


def step(title: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
    """Say what comes, and run one command of asdoc; its failure ends the demo with its exit code."""
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n{title}")
    print(f"$ asdoc {' '.join(arguments)}", flush=True)
    done = subprocess.run([ASDOC, *arguments], cwd=ROOT, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def differences(made: Path, committed: Path) -> list[str]:
    """Files that only one of both folders holds, or that differ, by their path in the second."""
    files = {
        path.relative_to(folder)
        for folder in (made, committed)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return sorted(
        str(file)
        for file in files
        if not ((made / file).exists() and (committed / file).exists())
        or not filecmp.cmp(made / file, committed / file, shallow=False)
    )


def main(out: Path) -> None:
    started = time.monotonic()
    shutil.rmtree(ROOT / out, ignore_errors=True)
    pages, specs, generated = (str(out / name) for name in ("pages", "specs", "generated"))
    events, report = str(out / "run.ndjson"), str(out / "report.html")
    for service in SERVICES:
        (ROOT / specs / service).mkdir(parents=True)
        for name in HAND_WRITTEN:
            if (ROOT / "specs" / service / name).exists():
                shutil.copy(ROOT / "specs" / service / name, ROOT / specs / service / name)

    step("boto3 writes its documentation pages", "pages", *SERVICES, "--out", pages)
    step("What pages do not tell comes from botocore's service model", "wire", *SERVICES, "--out", specs)
    step("The pages are read into specs", "extract", pages, "--out", specs)
    step("The specs become code", "generate", *SERVICES, "--specs", specs, "--out", f"{generated}/asdoc")
    step(
        "The documented examples are replayed against the reference backend just made",
        *("verify", "reference", "--service", "appconfig", "--events", events, "--html", report),
        environment={"PYTHONPATH": str(ROOT / generated)},
    )

    differing = [
        *(
            f"specs/{service}/{name}"
            for service in SERVICES
            for name in differences(ROOT / specs / service, ROOT / "specs" / service)
        ),
        *(f"generated/asdoc/{name}" for name in differences(ROOT / generated / "asdoc", ROOT / "generated" / "asdoc")),
    ]
    if differing:
        print("\nMade anew, these differ from what is committed (another boto3 writes other pages):")
        print("\n".join(f"  {name}" for name in differing))
    else:
        print("\nSpecs and code made anew are byte for byte what is committed.")
    print(f"Done in {time.monotonic() - started:.1f} s. The report, for any browser:\n{(ROOT / report).resolve()}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/demo"))
