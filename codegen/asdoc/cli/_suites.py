"""The cases of any service: of an installed package, or made from the installed boto3's own pages."""

from __future__ import annotations

from pathlib import Path

import msgspec

from asdoc.conformance.cases.load import load_suite, read_cases, service_packages
from asdoc.conformance.cases.model import CaseFile, Suite


def suite_of(service: str, *, cases: Path | None = None, specs: Path | None = None) -> Suite:
    """What is to be tried of a service. Raises AsdocError for one that boto3 does not know.

    `specs` is a folder that holds its spec, such as one of a private service.

    `cases` is a file of cases to take in place of the package's own. A service without a package is read from the
    pages that boto3 writes of it, which are kept in the user's cache folder.
    """
    if specs is not None:
        suite = _suite_in(specs, service)
        return suite if cases is None else Suite(service=suite.service, file=read_cases(cases))
    if cases is not None or service in service_packages():
        return load_suite(service, cases=cases)
    return made_suite(service)


def made_suite(service: str, cache: Path | None = None) -> Suite:
    """The suite of a service of the installed boto3, with nothing generated. Raises AsdocError."""
    from asdoc.codegen.on_demand import specs_of

    return _suite_in(specs_of([service], cache), service)


def _suite_in(specs: Path, service: str) -> Suite:
    from asdoc.codegen.cases import compile_cases
    from asdoc.codegen.spec import load_spec, runtime_table

    spec = load_spec(specs, service)
    table = runtime_table(spec)
    compiled = compile_cases(service, spec.examples, spec.resources, spec.statements, table)
    return Suite(service=table, file=msgspec.convert(compiled, CaseFile))
