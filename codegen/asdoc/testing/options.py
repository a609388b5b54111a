"""The options by which pytest replays documented cases: `pytest -p asdoc --asdoc-target URL --asdoc-service appconfig`.

What does so is imported where it is asked for, so that everybody else's runs pay for the options alone.
"""

from __future__ import annotations

import pytest

_PLUGIN = "asdoc.conformance.pytest_plugin"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("asdoc", "documented cases of an AWS service, as items (asdoc)")
    # pytest reads an argument that begins with @ as the name of a file with more of them.
    group.addoption(
        "--asdoc-target", metavar="TARGET",
        help="What to replay them against, as `asdoc verify` names it: --asdoc-target=@NAME, in one word.",
    )  # fmt: skip
    group.addoption("--asdoc-service", metavar="NAME", help="As boto3 names it: appconfig.")
    group.addoption("--asdoc-targets", metavar="FILE", help="The target file that @NAME is looked for in.")
    group.addoption(
        "--asdoc-kind", metavar="KIND", action="append", default=[], help="Kind of cases; may be given again. [example]"
    )
    group.addoption("--asdoc-baseline", metavar="FILE", help="What is known to fail is an expected failure.")
    group.addoption("--asdoc-region", metavar="REGION", help="Stands in ARNs and signatures. [us-east-1]")
    group.addoption("--asdoc-account", metavar="ACCOUNT", help="Stands in ARNs. [123456789012]")
    group.addoption("--asdoc-max-wait", metavar="SECONDS", type=float, default=0.0, help="As --max-wait. [0]")
    group.addoption("--asdoc-timeout", metavar="SECONDS", type=float, default=30.0, help="As --timeout. [30]")
    group.addoption("--asdoc-driver", metavar="NAME", default="asdoc", help="asdoc or boto3. [asdoc]")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--asdoc-target"):
        if config.getoption("--asdoc-service"):
            raise pytest.UsageError("--asdoc-service needs --asdoc-target: what are its cases to be replayed against?")
        return
    if not config.getoption("--asdoc-service"):
        raise pytest.UsageError("--asdoc-target needs --asdoc-service: appconfig, for example.")
    config.pluginmanager.import_plugin(_PLUGIN)
