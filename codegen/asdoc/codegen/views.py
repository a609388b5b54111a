"""What each template is given: frozen values in which every decision has been taken."""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from asdoc.runtime.client import BaseClient
from asdoc.runtime.client_base import Exceptions
from asdoc.runtime.customs import ALSO_TAKEN
from asdoc.runtime.expressions import compile_expression
from asdoc.runtime.extras import BASES
from asdoc.runtime.names import TypeNames, as_identifier, name_types, reachable, references
from asdoc.runtime.schema import Acceptor, Operation, Service, Shape

from . import facts
from .models import Models, write_models
from .types import Types

# The names that annotations are written with, by the module they come from.
_SOURCES = {
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "BlobInput": "asdoc.runtime.arguments",
    "TimestampInput": "asdoc.runtime.arguments",
    "Any": "typing",
    "streaming": "asdoc.runtime",
    "datetime": "datetime",
    "EmptyResponse": "asdoc.runtime.response",
}


# What a generated client has beside its base and its operations.
_OF_CLIENTS = frozenset({"get_paginator", "get_waiter", "paginate", "wait_until"})
# What `client.exceptions` is and has beside the errors of the service.
_OF_EXCEPTIONS = frozenset(dir(Exceptions))
# What annotations are written with, so that no method may be called so: for those behind it, it would hide the type.
_TYPES = frozenset({"bool", "bytes", "datetime", "dict", "float", "int", "list", "str", "streaming"})


@dataclass(frozen=True)
class Import:
    module: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    name: str
    member: str
    """The documented name, which goes to the runtime."""
    annotation: str
    required: bool


@dataclass(frozen=True)
class Method:
    name: str
    operation: str
    parameters: tuple[Parameter, ...]
    result: str
    variable: str
    """The local name of the result; none of the parameters has it."""
    doc: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A method that walks over the pages of an operation."""

    name: str
    paginator: str
    """What `get_paginator` takes."""
    parameters: tuple[Parameter, ...]
    kind: str
    """`Items` where what is listed is one list of the page; `Pages` otherwise."""
    result: str
    """What the walk gives, between the brackets of its type."""
    doc: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """A method that waits until something is so."""

    name: str
    waiter: str
    """What `get_waiter` takes."""
    parameters: tuple[Parameter, ...]
    result: str
    variable: str
    doc: tuple[str, ...]


@dataclass(frozen=True)
class Error:
    name: str
    doc: tuple[str, ...]


@dataclass(frozen=True)
class Behaviour:
    """The hand-written class that does what the service does."""

    module: str
    name: str


@dataclass(frozen=True)
class Package:
    """One generated package whole."""

    service: str
    client: str
    package: str
    """Its import name: `asdoc.appconfig`."""
    bases: tuple[Import, Import]
    """Where the bases of the clients come from: of the one that blocks, and of the one that is awaited."""
    models: Models
    model_imports: tuple[Import, ...]
    models_name: str
    """What client.py calls the module of the models."""
    methods: tuple[Method, ...]
    listings: tuple[Listing, ...]
    waitings: tuple[Waiting, ...]
    client_imports: tuple[Import, ...]
    errors: tuple[Error, ...]
    exceptions: tuple[str, ...]
    """Those of the errors that `client.exceptions` has by their names."""
    dispatch: tuple[tuple[str, str], ...]
    """(operation, method of the behaviour) pairs."""
    behaviour: Behaviour | None


def view(service: Service) -> Package:
    """Everything that the templates of a package need to know of a service."""
    names = name_types(service)
    types = Types(service, names)
    models = write_models(types, _model_docs(service, names))
    parameters = {
        member
        for operation in service.operations.values()
        if operation.input
        for member in service.shapes[operation.input].members
    }
    models_name = as_identifier("models", parameters)
    methods = _methods(types, models_name)
    listings = _listings(types, methods, models_name)
    waitings = _waitings(types, models_name)
    errors = _errors(service)
    identifier = as_identifier(service.service.replace("-", "_"))
    return Package(
        service=service.service,
        client=service.client,
        package=f"asdoc.{identifier}",
        bases=_bases(service.service),
        models=models,
        model_imports=_imports(_model_imports(models)),
        models_name=models_name,
        methods=methods,
        listings=listings,
        waitings=waitings,
        client_imports=_imports(_needed(_annotations(methods, listings))),
        errors=errors,
        exceptions=tuple(error.name for error in errors if error.name not in _OF_EXCEPTIONS),
        dispatch=tuple((name, operation.method) for name, operation in sorted(service.operations.items())),
        behaviour=_behaviour(identifier, service.client),
    )


def _bases(service: str) -> tuple[Import, Import]:
    base = BASES.get(service)
    if base is None:
        return Import("asdoc.runtime.client", ("BaseClient",)), Import(
            "asdoc.runtime.async_client", ("BaseAsyncClient",)
        )
    return Import("asdoc.runtime.extras", (base,)), Import("asdoc.runtime.async_extras", (f"Async{base}",))


def _imports(pairs: frozenset[tuple[str, str]]) -> tuple[Import, ...]:
    modules: dict[str, list[str]] = defaultdict(list)
    for module, name in sorted(pairs):
        modules[module].append(name)
    return tuple(Import(module, tuple(names)) for module, names in modules.items())


def _needed(annotations: Iterable[str]) -> frozenset[tuple[str, str]]:
    words = set(re.findall(r"(?<![\w.])[A-Za-z]\w*", " ".join(annotations)))
    return frozenset((module, name) for name, module in _SOURCES.items() if name in words)


def _model_imports(models: Models) -> frozenset[tuple[str, str]]:
    # What a stub imports and does not use, the formatter takes out.
    typing = ("Literal", "NotRequired", "TypeAlias", "TypedDict")
    always = {("asdoc.runtime", "response"), ("msgspec", "field"), *(("typing", name) for name in typing)}
    return _needed(models.annotations) | always


def _annotations(methods: Iterable[Method], listings: Iterable[Listing]) -> Iterator[str]:
    for method in methods:
        yield method.result
        yield from (parameter.annotation for parameter in method.parameters)
    for listing in listings:
        yield listing.result


def _methods(types: Types, models_name: str) -> tuple[Method, ...]:
    taken = {*dir(BaseClient), *_OF_CLIENTS, *_TYPES, models_name}
    methods = []
    for operation in sorted(types.service.operations.values(), key=lambda operation: operation.method):
        name = as_identifier(operation.method, taken)
        taken.add(name)
        methods.append(_method(types, operation, name, models_name))
    return tuple(methods)


def _method(types: Types, operation: Operation, name: str, models_name: str) -> Method:
    service = types.service
    taken = {"self"}
    parameters = _parameters(types, operation, taken, models_name)
    result = _result(types, operation, models_name)
    given = {parameter.member: parameter.name for parameter in parameters}
    doc = facts.method_lines(service, operation, given, types.names.dicts, result)
    return Method(
        name=name,
        operation=operation.name,
        parameters=parameters,
        result=result,
        variable=as_identifier("result", taken),
        doc=tuple(doc),
    )


def _parameters(
    types: Types, operation: Operation, taken: set[str], models_name: str, without: Collection[str] = ()
) -> tuple[Parameter, ...]:
    """Those of a method that calls the operation, required ones first; their names are added to `taken`."""
    request = types.service.shapes[operation.input] if operation.input else Shape()
    parameters = []
    for member, node in request.members.items():
        if member in without:
            continue
        parameter = as_identifier(member, taken)
        taken.add(parameter)
        also = ALSO_TAKEN.get((types.service.service, member))
        annotation = types.given(node, models=models_name) + (f" | {also.annotation}" if also else "")
        parameters.append(Parameter(parameter, member, annotation, member in request.required))
    parameters.sort(key=lambda parameter: not parameter.required)
    return tuple(parameters)


def _result(types: Types, operation: Operation, models_name: str) -> str:
    return f"{models_name}.{types.names.classes[operation.output]}" if operation.output else "EmptyResponse"


def _listings(types: Types, methods: tuple[Method, ...], models_name: str) -> tuple[Listing, ...]:
    listings = []
    names = {method.operation: method.name for method in methods}
    for operation in sorted(types.service.operations.values(), key=lambda operation: operation.method):
        rule = operation.pagination
        if rule is None or not rule.result_key or not operation.output:
            continue
        for path in (*rule.result_key, *rule.output_token, rule.more_results, *rule.non_aggregate_keys):
            if path:
                compile_expression(path)
        taken = {"self", "PaginationConfig"}
        page = _result(types, operation, models_name)
        item = _item(types, operation, models_name)
        listings.append(
            Listing(
                name=names[operation.name],
                paginator=operation.method,
                # the walk itself gives the tokens; PaginationConfig has one to begin with
                parameters=_parameters(types, operation, taken, models_name, without=rule.input_token),
                kind="Items" if item else "Pages",
                result=f"{item}, {page}" if item else page,
                doc=tuple(facts.listing_lines(operation, names[operation.name], items=bool(item))),
            )
        )
    return tuple(listings)


def _item(types: Types, operation: Operation, models_name: str) -> str:
    """The type of what an operation lists; empty where it is not one list of the page."""
    rule = operation.pagination
    if rule is None or len(rule.result_key) != 1:
        return ""
    service = types.service
    shape = service.shapes[operation.output]
    for name in rule.result_key[0].split("."):
        if name not in shape.members:
            return ""
        shape = service.resolve(shape.members[name])
    return types.answered(shape.member, models=models_name) if shape.type == "list" and shape.member else ""


def _waitings(types: Types, models_name: str) -> tuple[Waiting, ...]:
    waitings = []
    used = {*dir(object), *_TYPES, models_name}
    for waiter, rule in sorted(types.service.waiters.items()):
        operation = types.service.operations.get(rule.operation)
        if operation is None:
            continue
        for acceptor in rule.acceptors:
            if acceptor.argument:
                compile_expression(acceptor.argument)
        taken = {"self", "WaiterConfig"}
        result = _result(types, operation, models_name)
        name = as_identifier(waiter, used)
        used.add(name)
        waitings.append(
            Waiting(
                name=name,
                waiter=waiter,
                parameters=_parameters(types, operation, taken, models_name),
                result=f"{result} | None" if any(map(_ends_in_an_error, rule.acceptors)) else result,
                variable=as_identifier("answer", taken),
                doc=tuple(facts.waiter_lines(rule, operation)),
            )
        )
    return tuple(waitings)


def _ends_in_an_error(acceptor: Acceptor) -> bool:
    """Whether a wait may end well with an error, so that there is no answer to give."""
    if acceptor.state != "success":
        return False
    if acceptor.matcher == "error":
        return acceptor.expected is not False
    return acceptor.matcher == "status" and isinstance(acceptor.expected, int) and acceptor.expected >= 300


def _errors(service: Service) -> tuple[Error, ...]:
    raisers: dict[str, list[str]] = defaultdict(list)
    for operation in service.operations.values():
        for name in operation.errors:
            raisers[name].append(operation.method)
    errors = []
    taken: set[str] = {"ServiceError"}
    for shape_name in sorted(name for name, shape in service.shapes.items() if shape.error):
        name = as_identifier(shape_name, taken)
        taken.add(name)
        errors.append(Error(name, tuple(facts.error_lines(service, shape_name, sorted(raisers[shape_name])))))
    return tuple(errors)


def _model_docs(service: Service, names: TypeNames) -> dict[str, list[str]]:
    results: dict[str, list[str]] = defaultdict(list)
    takers: dict[str, list[str]] = defaultdict(list)
    holders: dict[str, list[str]] = defaultdict(list)
    for operation in service.operations.values():
        if operation.output:
            results[operation.output].append(operation.method)
        if operation.input:
            for name in sorted(reachable(service, [operation.input]) - {operation.input}):
                takers[name].append(operation.method)
    for shape_name in names.classes:
        for member in service.shapes[shape_name].members.values():
            for name in references(service, member):
                holders[name].append(names.classes[shape_name])
    docs = {
        class_name: facts.class_lines(class_name, results[name], holders[name], union=service.shapes[name].union)
        for name, class_name in names.classes.items()
    }
    for name, class_name in names.dicts.items():
        docs[class_name] = facts.dict_lines(class_name, takers[name], union=service.shapes[name].union)
    return docs


def _behaviour(identifier: str, client: str) -> Behaviour | None:
    module = f"asdoc.behaviour.{identifier}"
    return Behaviour(module, as_identifier(client)) if importlib.util.find_spec(module) else None
