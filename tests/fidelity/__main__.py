"""`make fidelity`: boto3 writes the pages, the readers read them, botocore's models say what was missed or invented.

Pages are kept below `out/fidelity`, so a second run starts with the reading.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import botocore
import msgspec
from rich.console import Console
from rich.progress import Progress

from . import rst, truth
from .report import Report, show
from .run import score_all
from .tools import ROOT, data, tool

OUT = ROOT / "out" / "fidelity"
GOALS = {"rst": 100.0, "single": 100.0, "rendered": 99.99, "html": 99.99, "changes": 99.9}
OLDER_GOAL = 99.999
WHOLE = ("rst", "single")
"""Formats that are written fast enough for all services."""
VARIED = (
    "ec2", "sagemaker", "s3", "glue", "quicksight", "dynamodb", "iam", "lambda", "wafv2", "lexv2-models",
    "bedrock-agent-runtime", "appconfig", "proton", "connect", "rds", "redshift", "sqs", "sns", "sts", "kms", "logs",
    "ecs", "eks", "batch", "iot", "kinesis", "transcribe", "polly", "rekognition", "route53", "cloudfront",
    "cloudformation", "autoscaling", "elbv2", "ssm", "secretsmanager", "stepfunctions", "glacier", "medialive",
    "securityhub", "pinpoint", "organizations", "apigateway", "config",
)  # fmt: skip
"""Services of every protocol and every size, for the formats that take long to write."""


def main() -> int:
    chosen = _arguments()
    console = Console(width=80 if not sys.stdout.isatty() else None)
    reports = [_run(name, chosen) for name in chosen.format]
    for report in reports:
        show(report, console)
    if chosen.json:
        content = msgspec.json.format(msgspec.json.encode([_plain(report) for report in reports]), indent=1)
        chosen.json.write_bytes(content)
    return 0 if all(report.reached for report in reports) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__)
    parser.add_argument("--format", nargs="+", choices=GOALS, default=list(GOALS))
    parser.add_argument(
        "--services", default="", help="names, with commas; default: all (rst, single), or a varied choice"
    )
    parser.add_argument("--boto3", default="", help="another version's pages in today's layout (rst only)")
    parser.add_argument("--json", type=Path, help="write every figure and every miss to this file")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def _plain(report: Report) -> dict[str, object]:
    tally = report.tally
    return {
        "format": report.format,
        "boto3": report.boto3,
        "recall": tally.recall(),
        "precision": tally.precision(),
        "seconds": report.seconds,
        "services": report.outcomes,
    }


def _run(name: str, chosen: argparse.Namespace) -> Report:
    version, models, folder, services = _written(name, chosen)
    began = time.monotonic()
    with Progress(transient=True, disable=not sys.stderr.isatty(), console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Scoring {name}", total=len(services))
        outcomes = list(score_all(name, services, folder, models, chosen.jobs, lambda _: bar.advance(task)))
    outcomes.sort(key=lambda outcome: outcome.service)
    goal = OLDER_GOAL if chosen.boto3 and name == "rst" else GOALS[name]
    return Report(name, version, goal, time.monotonic() - began, outcomes)


def _written(name: str, chosen: argparse.Namespace) -> tuple[str, Path, Path, list[str]]:
    """(version, folder of the models, folder of the documents, services), the documents written where missing."""
    models = Path(botocore.__file__).with_name("data")
    asked = [service for service in chosen.services.split(",") if service]
    if name == "rst" and chosen.boto3:
        environment = f"boto3-{chosen.boto3}"
        python = tool(environment)
        models, folder = data(python), OUT / f"pages-{chosen.boto3}"
        services = asked or truth.services(truth.loader(models))
        rst.write_with(python, services, folder)
        return chosen.boto3, models, folder, services
    version = botocore.__version__
    if name == "single":
        version, models = "1.24.28", data(tool("single"))
    services = asked or (truth.services(truth.loader(models)) if name in WHOLE else list(VARIED))
    pages = OUT / "pages"
    if name in ("rst", "rendered", "html"):
        command = [str(Path(sys.executable).with_name("asdoc")), "pages", *services, "--out", str(pages)]
        subprocess.run([*command, "-j", str(chosen.jobs)], check=True, stdout=subprocess.DEVNULL)
    if name == "rst":
        return version, models, pages, services
    writer: ModuleType = importlib.import_module(f"tests.fidelity.{name}")
    folder = OUT / name
    missing = [service for service in services if not (folder / service).is_dir()]
    if missing:
        writer.write(missing, pages, folder)
    return version, models, folder, services


if __name__ == "__main__":
    sys.exit(main())
