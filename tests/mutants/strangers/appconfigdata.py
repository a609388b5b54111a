"""AppConfig Data: tokens, times to wait, and what a session is served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from asdoc.behaviour.appconfig.base import not_found, replaced
from asdoc.behaviour.appconfig.records import (
    APPLICATION,
    ENVIRONMENT,
    ConfigurationProfile,
    Deployment,
    Environment,
    Members,
)
from asdoc.behaviour.appconfigdata import AppConfigData
from asdoc.behaviour.appconfigdata.sessions import bad_token
from asdoc.behaviour.appconfigdata.tokens import SESSION, Session, parts
from asdoc.runtime.server.call import Call, ServiceFault

from ..mutant import Mutant
from .hooks import Row, answering, asked, behaving, change, lose, put

_GET, _START = "GetLatestConfiguration", "StartConfigurationSession"

ANSWERS = (
    Row("no-label", _GET, lose("VersionLabel")),
    Row("a-label-always", _GET, lambda answer: answer.setdefault("VersionLabel", "1")),
    Row("octets", _GET, put(ContentType="application/octet-stream")),
    Row("no-type", _GET, lose("ContentType")),
    Row("no-wait", _GET, put(NextPollIntervalInSeconds=0)),
    Row("a-minute", _GET, put(NextPollIntervalInSeconds=60)),
    Row("no-interval", _GET, lose("NextPollIntervalInSeconds")),
    Row("no-token", _GET, lose("NextPollConfigurationToken")),
    Row("text", _GET, change("Configuration", lambda held: held.decode("utf-8", "replace").encode())),
    Row("no-configuration", _GET, lose("Configuration")),
    Row("no-first-token", _START, lose("InitialConfigurationToken")),
    Row("one-token-for-all", _START, put(InitialConfigurationToken="AYADeG.one")),
)

HEARS = (Row("no-minimum", _START, lose("RequiredMinimumPollIntervalInSeconds")),)


class TokensForEver(AppConfigData):
    """A token is good for many calls."""

    def used(self, session: Session, nonce: str) -> bool:
        return False


class NeverTooEarly(AppConfigData):
    """Sessions may ask as often as they like."""

    def early(self, session: Session, now: datetime) -> bool:
        return False


class EarlyAtFirst(AppConfigData):
    """The first call must wait, too."""

    def early(self, session: Session, now: datetime) -> bool:
        return session.minimum is not None and now - session.issued < timedelta(seconds=session.minimum)


class EarlyForAll(AppConfigData):
    """A minute lies between two calls of a session that has asked for nothing."""

    def early(self, session: Session, now: datetime) -> bool:
        return session.polled is not None and now - session.polled < timedelta(seconds=session.minimum or 60)


class AlwaysEmpty(AppConfigData):
    """Nobody is ever given a configuration."""

    def has(self, call: Call, environment: Environment, session: Session, deployment: Deployment) -> bool:
        return True


class NeverNews(AppConfigData):
    """What a session was given once is all that it gets."""

    def has(self, call: Call, environment: Environment, session: Session, deployment: Deployment) -> bool:
        return session.seen is not None


class ServesTheFirst(AppConfigData):
    """The first deployment is served for ever."""

    def deployed(
        self, call: Call, environment: Environment, profile: ConfigurationProfile, client: str
    ) -> Deployment | None:
        mine = [
            each for each in self.newest_deployments(call, environment) if each.ConfigurationProfileId == profile.Id
        ]
        return mine[-1] if mine else None


class ServesTheLast(AppConfigData):
    """The last deployment is served, whatever became of it."""

    def deployed(
        self, call: Call, environment: Environment, profile: ConfigurationProfile, client: str
    ) -> Deployment | None:
        mine = [
            each for each in self.newest_deployments(call, environment) if each.ConfigurationProfileId == profile.Id
        ]
        return mine[0] if mine else None


class ServesAnyProfile(AppConfigData):
    """What was deployed last to the environment is served to the sessions of all profiles."""

    def deployed(
        self, call: Call, environment: Environment, profile: ConfigurationProfile, client: str
    ) -> Deployment | None:
        every = self.newest_deployments(call, environment)
        return next((each for each in every if self.standing(each, call.now)[0] == "COMPLETE"), None)


class KnowsIdsAlone(AppConfigData):
    """Names are not taken."""

    def named(self, call: Call, kind: str, parent: str, name: str) -> object:
        record = call.store.get(call.scope, kind, parent, name)
        if record is None:
            raise not_found(kind, name)
        return record


class KnowsNamesAlone(AppConfigData):
    """Ids are not taken."""

    def named(self, call: Call, kind: str, parent: str, name: str) -> object:
        found = call.store.page(call.scope, kind, parent, limit=1, where=lambda each: bool(each.Name == name))
        if not found:
            raise not_found(kind, name)
        return found[0][1]


class RefusesUnknown(AppConfigData):
    """What is not found is a bad request."""

    def asked(self, call: Call, kind: str, parent: str, params: Members, name: str) -> object:
        try:
            return super().asked(call, kind, parent, params, name)
        except ServiceFault as fault:
            raise call.invalid(fault.message) from None


class TellsNoKind(AppConfigData):
    """What was not found is not said."""

    def asked(self, call: Call, kind: str, parent: str, params: Members, name: str) -> object:
        try:
            return super().asked(call, kind, parent, params, name)
        except ServiceFault as fault:
            raise ServiceFault(fault.code, fault.message) from None


class HandsOutOneUselessToken(AppConfigData):
    """Profiles are not looked for, and the token of a session is of no use."""

    def start_configuration_session(self, call: Call) -> Members:
        application = self.named(call, APPLICATION, "", call.params["ApplicationIdentifier"])
        self.named(call, ENVIRONMENT, application.Id, call.params["EnvironmentIdentifier"])
        return {"InitialConfigurationToken": "AYADeG.none"}


class TokensNotFound(AppConfigData):
    """A token that is none is not found."""

    def session(self, call: Call, token: str) -> Session:
        try:
            return super().session(call, token)
        except ServiceFault as fault:
            raise ServiceFault("ResourceNotFoundException", fault.message) from None


class TokensWithoutDetails(AppConfigData):
    """What is wrong with a token is not told."""

    def session(self, call: Call, token: str) -> Session:
        try:
            return super().session(call, token)
        except ServiceFault as fault:
            raise ServiceFault(fault.code, fault.message, Reason="InvalidParameters") from None


class AlwaysCorrupted(AppConfigData):
    """Whatever is wrong with a token, it is corrupted."""

    def session(self, call: Call, token: str) -> Session:
        try:
            return super().session(call, token)
        except ServiceFault as fault:
            raise bad_token("Corrupted", fault.message) from None


class AlwaysExpired(AppConfigData):
    """Whatever is wrong with a token, it is expired."""

    def session(self, call: Call, token: str) -> Session:
        try:
            return super().session(call, token)
        except ServiceFault as fault:
            raise bad_token("Expired", fault.message) from None


class OldTokens(AppConfigData):
    """A token does not grow old."""

    def session(self, call: Call, token: str) -> Session:
        session: Session | None = call.store.get(call.scope, SESSION, "", parts(token)[0])
        if session is not None:
            call.store.put(call.scope, SESSION, "", session.id, replaced(session, {"issued": call.now}))
        return super().session(call, token)


class ShortTokens(AppConfigData):
    """A token is good for an hour."""

    def session(self, call: Call, token: str) -> Session:
        session = super().session(call, token)
        if call.now - session.issued > timedelta(hours=1):
            raise bad_token("Expired", "It is older than an hour.")
        return session


BEHAVES: dict[type[AppConfigData], str] = {
    TokensForEver: _GET,
    NeverTooEarly: _GET,
    EarlyAtFirst: _GET,
    EarlyForAll: _GET,
    AlwaysEmpty: _GET,
    NeverNews: _GET,
    ServesTheFirst: _GET,
    ServesTheLast: _GET,
    ServesAnyProfile: _GET,
    KnowsIdsAlone: _START,
    KnowsNamesAlone: _START,
    RefusesUnknown: _START,
    TellsNoKind: _START,
    HandsOutOneUselessToken: _START,
    TokensNotFound: _GET,
    TokensWithoutDetails: _GET,
    AlwaysCorrupted: _GET,
    AlwaysExpired: _GET,
    OldTokens: _GET,
    ShortTokens: _GET,
}
"""Each, and the operation that a case must call which names it."""


def mutants() -> Iterator[Mutant]:
    yield from answering("appconfigdata", ANSWERS)
    yield from asked("appconfigdata", HEARS)
    yield from behaving("appconfigdata", BEHAVES)
