"""What clients of both kinds share: their settings, and what they make of them at the first call.

Importing it is cheap: what only a call needs is imported by the first call.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .config import Config
from .endpoint import parse_endpoint
from .exceptions import ClientClosedError, ConfigurationError, ServiceError
from .forks import making
from .settings import CHOSEN, Settings

if TYPE_CHECKING:
    from .calls import Caller
    from .credentials import Source
    from .credentials.provided import Provider
    from .hooks import Hooks
    from .schema import Service
    from .targets import Targets

_ENDLESS = 1e6
"""Seconds after which nobody waits any more."""
_BACKEND_REGION = "us-east-1"
"""Where a backend in this process stands when no region is told."""


class ServiceModel:
    """What boto3's `client.meta.service_model` tells of a service."""

    def __init__(self, service: Service) -> None:
        self.service_name = service.service
        self.service_id = service.service_id
        self.api_version = service.api_version
        self.protocol = service.protocol
        self.signing_name = service.signing_name
        self.operation_names = list(service.operations)

    def __repr__(self) -> str:
        return f"<ServiceModel of {self.service_name}, {self.api_version}>"


class Meta:
    """What `client.meta` tells of a client."""

    def __init__(self, client: ClientBase) -> None:
        self._client = client
        self.region_name = client._region
        self.config = client._config

    def __repr__(self) -> str:
        return f"<Meta of {self._client!r}>"

    @property
    def endpoint_url(self) -> str:
        return self._client._endpoint_url()

    @property
    def partition(self) -> str:
        """What the region belongs to: aws, aws-cn, aws-us-gov and others."""
        from .partitions import partition_of

        return partition_of(self.region_name).name

    @property
    def service_model(self) -> ServiceModel:
        return ServiceModel(self._client._service())

    @property
    def method_to_api_mapping(self) -> dict[str, str]:
        return {operation.method: name for name, operation in self._client._service().operations.items()}


class Exceptions:
    """The error classes of a service, as `client.exceptions.ResourceNotFoundException`."""

    ClientError = ServiceError

    def __init__(self, package: str) -> None:
        self._package = package

    def __getattr__(self, name: str) -> type[ServiceError]:
        import importlib

        found = getattr(importlib.import_module(f"{self._package}.errors"), name, None)
        if not (isinstance(found, type) and issubclass(found, ServiceError)):
            known = ", ".join(dir(self))
            raise AttributeError(  # noqa: TRY004  # of a name, not of a value
                f"{self._package} documents no error {name!r}; it has {known}"
            )
        return found

    def __dir__(self) -> list[str]:
        import importlib

        module = importlib.import_module(f"{self._package}.errors")
        kinds = {name: kind for name, kind in vars(module).items() if isinstance(kind, type)}
        return sorted({"ClientError", *(name for name, kind in kinds.items() if issubclass(kind, ServiceError))})


class ClientBase:
    """A client of one service, but for how it sends.

    Region, endpoint and credentials come from the arguments, else from the environment as it is now, else from the
    shared files of AWS tools. `transport`, `session` and `backend` say what requests go over (one of them at most);
    by default, a pool of connections of its own.

    Raises NoRegionError, InvalidEndpointError, and ConfigurationError for an argument, at once; what concerns
    credentials, and what environment and files set, is raised by the first call.
    """

    _package: ClassVar[str]
    """The generated package, in which `service.json`, `models` and `errors` lie."""
    _awaits: ClassVar[bool] = False
    """True for clients whose calls are awaited."""

    def __init__(
        self,
        region_name: str | None = None,
        *,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        aws_account_id: str | None = None,
        profile_name: str | None = None,
        credentials: Provider | None = None,
        verify: bool | str | None = None,
        config: Config | None = None,
        transport: Any = None,
        session: Any = None,
        backend: Any = None,
    ) -> None:
        if sum(given is not None for given in (transport, session, backend)) > 1:
            raise ConfigurationError("creating a client: give one of `transport`, `session` and `backend`, not several")
        for name, told in (
            ("region_name", region_name),
            ("endpoint_url", endpoint_url),
            ("profile_name", profile_name),
        ):
            if told is not None and not isinstance(told, str):
                raise ConfigurationError(f"creating a client: {name} is {type(told).__name__}, and must be a string")
        if endpoint_url is not None:
            parse_endpoint(endpoint_url)
        config = Config() if config is None else config if isinstance(config, Config) else _translated(config)
        self._config = _checked(config if verify is None else config._replace(verify=verify))
        self._settings = Settings(
            dict(os.environ),
            self._config,
            region_name=region_name,
            profile_name=profile_name,
            keys=(aws_access_key_id, aws_secret_access_key, aws_session_token),
            account_id=aws_account_id,
            provider=credentials,
            # a backend in this process stands nowhere
            machine=backend is None,
        )
        self._given_endpoint = endpoint_url
        self._session = session
        self._backend = backend
        # "caller" and "transport", each made at the first call; `setdefault` settles a race to it
        self._made: dict[str, Any] = {}
        self._view = False
        self._own_transport = transport is None
        if transport is not None:
            self._made["transport"] = transport
        self._region = self._configured_region()

    # -- what a user asks of a client

    @property
    def meta(self) -> Meta:
        return Meta(self)

    @property
    def exceptions(self) -> Any:
        """The error classes of the service by their names; each generated client tells its own to type checkers."""
        return Exceptions(self._package)

    @property
    def hooks(self) -> Hooks:
        """What is called before each attempt of a call is sent, and after each has ended."""
        if "hooks" not in self._made:
            from .hooks import Hooks

            self._made.setdefault("hooks", Hooks())
        found: Hooks = self._made["hooks"]
        return found

    def can_paginate(self, operation_name: str) -> bool:
        """Whether `get_paginator` takes this name of a method."""
        operations = self._service().operations.values()
        return any(told.method == operation_name and told.pagination is not None for told in operations)

    @property
    def waiter_names(self) -> list[str]:
        """The names that `get_waiter` takes."""
        return list(self._service().waiters)

    def with_options(
        self,
        *,
        deadline: float | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
    ) -> Self:
        """This client with other settings of `Config` for its calls, such as one: what is None stays as it is.

        It shares all else with this client: connections, credentials, hooks, the budget of retries. It costs next to
        nothing, and need not be closed; closing this client closes it, too. Raises ConfigurationError.
        """
        options = {
            "deadline": deadline,
            "connect_timeout": connect_timeout,
            "read_timeout": read_timeout,
            "max_attempts": max_attempts,
        }
        given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        return self._viewed(_checked(self._config._replace(**given)))

    def _viewed(self, config: Config) -> Self:
        """This client with another config for its calls."""
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._config = config
        view._view = True
        return view

    def _close(self) -> Any:
        """Refuse calls from now on. Gives the transport that is to be closed; None where there is none of our own."""
        if self._view:
            return None
        self._made["closed"] = True
        self._made.pop("caller", None)
        return self._made.pop("transport", None) if self._own_transport else None

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} region={self._region!r}>"

    # -- what the generated paginators and waiters call

    def _paginator(self, operation_name: str) -> Any:
        from . import paginate

        return (paginate.AsyncPaginator if self._awaits else paginate.Paginator)(self, operation_name)

    def _waiter(self, waiter_name: str) -> Any:
        from . import wait

        return (wait.AsyncWaiter if self._awaits else wait.Waiter)(self, waiter_name)

    if TYPE_CHECKING:

        def _call(self, operation_name: str, arguments: Mapping[str, Any], /) -> Any: ...

        @staticmethod
        def _sleep(seconds: float, /) -> Any: ...

    # -- made when first needed

    def _service(self) -> Service:
        from .schema import load_service

        return load_service(self._package)

    def _configured_region(self) -> str:
        if not self._settings.region:
            if self._backend is not None:
                return _BACKEND_REGION
            from .endpoint import configured, everywhere

            # a service that is the same everywhere needs none to be told, unless it stands somewhere else
            service = self._service()
            found = everywhere(service, self._settings)
            if found and self._given_endpoint is None and not configured(service.service_id, self._settings):
                return found
        return self._settings.needed_region(self._package)

    def _targets(self) -> Targets:
        from .targets import Targets

        return Targets(self._service(), self._settings, region=self._region, given=self._given_endpoint)

    def _endpoint_url(self) -> str:
        return "{0.scheme}://{0.host}{0.path}".format(self._targets().base.endpoint)

    def _credentials(self) -> Source:
        from .credentials import Credentials, Source
        from .exceptions import NoCredentialsError

        if self._backend is None:
            return self._settings.credentials()
        # a backend in this process needs none to be kept out, and none from a machine
        found = self._settings.credentials(machine=False)

        def fetch() -> Credentials:
            try:
                return found.current()
            except NoCredentialsError:
                return Credentials("asdoc", "asdoc")

        return Source(fetch)

    def _start(self) -> Caller:
        with making:
            return self._started()

    def _started(self) -> Caller:
        from .calls import Caller
        from .retry import Retries

        if "closed" in self._made:
            raise ClientClosedError(
                f"calling {self._package}: the client was closed", hint="Make another, or close it after its last call."
            )
        service, discovery = self._service(), None
        if service.endpoint_operation and self._given_endpoint is None:
            from .seeking import Discovery

            discovery = Discovery(service, self._settings.endpoint_discovery)
        caller = Caller(
            service,
            self._package,
            targets=self._targets(),
            credentials=self._credentials(),
            retries=Retries(self._settings.max_attempts, self._settings.retry_mode, service=service.service),
            config=self._config,
            hooks=self.hooks,
            environ=self._settings.environ,
            choices=self._settings.choices(),
            discovery=discovery,
            connect_timeout=self._settings.connect_timeout,
        )
        made: Caller = self._made.setdefault("caller", caller)
        return made


def _translated(config: object) -> Config:
    """The config that one of botocore's means. Raises ConfigurationError where it is none, or means more."""
    given: object = getattr(config, "_user_provided_options", None)
    if not isinstance(given, dict):
        raise ConfigurationError(
            f"creating a client: config is {type(config).__name__}", hint="Give asdoc.runtime.config.Config."
        )
    # connections are kept alive anyway
    more = sorted(given.keys() - {*Config._fields, "tcp_keepalive"})
    if more:
        raise ConfigurationError(
            f"creating a client: botocore's config holds {', '.join(more)}, for which there is nothing here",
            hint="Give asdoc.runtime.config.Config, whose documentation tells what it holds.",
        )
    # a timeout of None is none at all
    endless = {name: _ENDLESS for name in ("connect_timeout", "read_timeout") if given.get(name, "") is None}
    told = {name: value for name, value in given.items() if name != "tcp_keepalive" and value is not None}
    return Config(**{**told, **endless})


def _checked(config: Config) -> Config:
    if config.retries is not None:
        config = _with_retries(config, config.retries)
    if config.deadline is not None:
        from .deadline import checked

        checked(config.deadline)
    for name, value, least in (
        ("max_attempts", config.max_attempts, 1),
        ("max_pool_connections", config.max_pool_connections, 0),
    ):
        if value is not None and (not isinstance(value, int) or value < least):
            raise ConfigurationError(f"creating a client: {name} is {value!r}, and must be {least} or more")
    for name, seconds in (("connect_timeout", config.connect_timeout), ("read_timeout", config.read_timeout)):
        if seconds is None or isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
            raise ConfigurationError(
                f"creating a client: {name} is {seconds!r}, and must be a number of seconds above 0"
            )
    connect, read = config.connect_timeout, config.read_timeout
    if max(connect, read) > _ENDLESS:  # such as infinity, for which systems have no number
        config = config._replace(connect_timeout=min(connect, _ENDLESS), read_timeout=min(read, _ENDLESS))
    for name, known in CHOSEN.items():
        if (value := getattr(config, name)) is not None and str(value).strip().lower() not in known:
            raise ConfigurationError(
                f"creating a client: {name} is {value!r}", hint=f"It is one of {', '.join(known)}."
            )
    if config.transport not in (None, "fast"):
        raise ConfigurationError(
            f"creating a client: the transport of its config is {config.transport!r}",
            hint='It is "fast", or None. One of your own is an argument of the client: Client(transport=…).',
        )
    style = (config.s3 or {}).get("addressing_style")
    if style not in (None, "auto", "path", "virtual"):
        raise ConfigurationError(
            f"creating a client: the addressing_style of S3 is {style!r}", hint="It is auto, path or virtual."
        )
    return config


def _with_retries(config: Config, told: Mapping[str, Any]) -> Config:
    """The config with what botocore's `retries` says, where nothing else says it."""
    unknown = told.keys() - _RETRIES
    counts = [told[name] for name in ("max_attempts", "total_max_attempts") if told.get(name) is not None]
    if unknown or not all(isinstance(count, int) and count >= 0 for count in counts):
        raise ConfigurationError(
            f"creating a client: retries={dict(told)!r} is not understood",
            hint=f"It takes {', '.join(_RETRIES)}; attempts are numbers from 0, and from 1 in total.",
        )
    total = told.get("total_max_attempts")
    if total is None and counts:
        total = counts[0] + 1
    return config._replace(
        max_attempts=total if config.max_attempts is None else config.max_attempts,
        retry_mode=config.retry_mode or told.get("mode"),
    )


_RETRIES = ("mode", "max_attempts", "total_max_attempts")
