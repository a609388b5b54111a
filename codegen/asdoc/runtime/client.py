"""The base of generated clients. Importing it is cheap: what only a call needs is imported by the first call."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .config import Config
from .endpoint import parse_endpoint
from .exceptions import ConfigurationError, ServiceError, TransportError
from .settings import Settings

if TYPE_CHECKING:
    import requests

    from .calls import Caller
    from .credentials import Source
    from .http import Handler
    from .schema import Service
    from .transports.base import Transport

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


class Meta:
    """What `client.meta` tells of a client."""

    def __init__(self, client: BaseClient) -> None:
        self._client = client
        self.region_name = client._region
        self.config = client._config

    @property
    def endpoint_url(self) -> str:
        return self._client._endpoint_url()

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


class BaseClient:
    """A client of one service. Safe to use from many threads, and after a fork.

    Region, endpoint and credentials come from the arguments, else from the environment as it is now, else from the
    shared files of AWS tools. `transport`, `session` and `backend` say what requests go over (one of them at most):
    anything with `send`, a `requests.Session`, or a backend's `handle`; by default, a pool of connections of its own.

    Raises NoRegionError and InvalidEndpointError at once; what concerns credentials is raised by the first call.
    """

    _package: ClassVar[str]
    """The generated package, in which `service.json`, `models` and `errors` lie."""

    def __init__(
        self,
        region_name: str | None = None,
        *,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        profile_name: str | None = None,
        config: Config | None = None,
        transport: Transport | None = None,
        session: requests.Session | None = None,
        backend: Handler | None = None,
    ) -> None:
        if sum(given is not None for given in (transport, session, backend)) > 1:
            raise ConfigurationError("creating a client: give one of `transport`, `session` and `backend`, not several")
        if endpoint_url is not None:
            parse_endpoint(endpoint_url)
        self._config = config or Config()
        self._settings = Settings(
            dict(os.environ),
            self._config,
            region_name=region_name,
            profile_name=profile_name,
            keys=(aws_access_key_id, aws_secret_access_key, aws_session_token),
        )
        self._given_endpoint = endpoint_url
        self._session = session
        self._backend = backend
        # "caller" and "transport", each made at the first call; `setdefault` settles a race to it
        self._made: dict[str, Any] = {}
        self._own_transport = transport is None
        if transport is not None:
            self._made["transport"] = transport
        self._region = self._configured_region()

    # -- what a generated method calls

    def _call(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        """Send one call, again where that is called for, and give its result.

        Raises ParamValidationError before anything is sent, a ServiceError (the class of its code) where the service
        answers with one, and what else `asdoc.runtime.exceptions` has.
        """
        caller: Caller = self._made.get("caller") or self._start()
        call = caller.call(operation_name, arguments)
        transport: Transport = self._made.get("transport") or self._open()
        config = self._config
        while True:
            try:
                response = transport.send(
                    call.request(), connect_timeout=config.connect_timeout, read_timeout=config.read_timeout
                )
            except TransportError as error:
                wait = call.failed(error)
            else:
                if 200 <= response.status < 300:
                    return call.result(response)
                wait = call.answered(response)
            self._sleep(wait)

    _sleep = staticmethod(time.sleep)

    # -- what a user asks of a client

    @property
    def meta(self) -> Meta:
        return Meta(self)

    @property
    def exceptions(self) -> Exceptions:
        return Exceptions(self._package)

    def close(self) -> None:
        """Close the connections that the client opened. A transport or session that was handed in stays open."""
        if self._own_transport and "transport" in self._made:
            self._made["transport"].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} region={self._region!r}>"

    # -- made when first needed

    def _service(self) -> Service:
        from .schema import load_service

        return load_service(self._package)

    def _configured_region(self) -> str:
        if not self._settings.region and self._backend is not None:
            return _BACKEND_REGION
        return self._settings.needed_region(self._package)

    def _endpoint_url(self) -> str:
        from .endpoint import configured, regional

        if self._given_endpoint is not None:
            return self._given_endpoint
        service = self._service()
        return configured(service.service_id, self._settings) or regional(service, self._region)

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
        from .calls import Caller
        from .retry import MAX_ATTEMPTS, Retries

        service = self._service()
        url = self._endpoint_url()
        # a service with one endpoint for all regions signs for the region that it stands in
        everywhere = bool(service.global_endpoint) and url == f"https://{service.global_endpoint}"
        caller = Caller(
            service,
            self._package,
            endpoint=parse_endpoint(url),
            region="us-east-1" if everywhere else self._region,
            credentials=self._credentials(),
            retries=Retries(self._settings.max_attempts or MAX_ATTEMPTS),
            config=self._config,
        )
        made: Caller = self._made.setdefault("caller", caller)
        return made

    def _open(self) -> Transport:
        transport: Transport
        verify = self._settings.verify
        if self._backend is not None:
            from .transports.inprocess import InProcessTransport

            transport = InProcessTransport(self._backend)
        elif self._session is not None:
            from .transports.requests_session import RequestsTransport

            transport = RequestsTransport(self._session, verify=verify)
        else:
            from .transports.pool import PoolTransport

            transport = PoolTransport(
                max_idle=self._config.max_pool_connections,
                verify=verify,
                proxies=self._config.proxies,
                environ=self._settings.environ,
            )
        made: Transport = self._made.setdefault("transport", transport)
        return made
