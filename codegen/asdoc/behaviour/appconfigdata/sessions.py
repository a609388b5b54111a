"""StartConfigurationSession and GetLatestConfiguration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from asdoc.runtime.server.call import Call, ServiceFault

from ..appconfig.base import replaced, under
from ..appconfig.flags import FLAGS, simplified
from ..appconfig.records import (
    APPLICATION,
    DEPLOYMENT,
    ENVIRONMENT,
    PROFILE,
    RETRIEVAL,
    Application,
    ConfigurationProfile,
    Deployment,
    Environment,
    Members,
)
from ..appconfig.retrieval import Retrieval
from .tokens import KEPT, LIFETIME, REMEMBERED, SESSION, SWEEP, Session, new_id, parts

DEFAULT_INTERVAL = 60
"""Seconds that a client is told to wait where the session did not say. The pages name no figure."""

_SWEEP_EVERY = timedelta(hours=1)


class Sessions(Retrieval):
    records = KEPT

    def start_configuration_session(self, call: Call) -> Members:
        """A session of resources by their ids or names.

        Nothing needs to be deployed yet: the page does not ask for it, and a client may wait for the first deployment.
        """
        params = call.params
        application: Application = self.asked(call, APPLICATION, "", params, "ApplicationIdentifier")
        environment: Environment = self.asked(call, ENVIRONMENT, application.Id, params, "EnvironmentIdentifier")
        profile: ConfigurationProfile = self.asked(
            call, PROFILE, application.Id, params, "ConfigurationProfileIdentifier"
        )
        self._sweep(call)
        session = Session(
            id=new_id(),
            application=application.Id,
            environment=environment.Id,
            profile=profile.Id,
            minimum=params.get("RequiredMinimumPollIntervalInSeconds"),
            nonce=new_id(),
            issued=call.now,
        )
        call.store.put(call.scope, SESSION, "", session.id, session)
        return {"InitialConfigurationToken": session.token}

    def get_latest_configuration(self, call: Call) -> Members:
        """What is deployed for the session, and the token for its next call.

        A refused call does not use up its token, as it hands out no other. The content is empty where the client has
        it already (get_latest_configuration.rst).
        """
        with call.store.transaction(call.scope):
            session = self.session(call, call.params["ConfigurationToken"])
            environment, profile = self.tracked(call, session)
            for record in (environment, profile):
                call.store.put(call.scope, RETRIEVAL, session.application, record.Id, call.now)
            deployment = self.deployed(call, environment, profile, session.id)
            if deployment is None:
                raise missing("Deployment", f"of {profile.Id} to {environment.Id}", session)
            known = self.has(call, environment, session, deployment)
            following: Session = replaced(
                session,
                {"nonce": new_id(), "issued": call.now, "polled": call.now, "seen": deployment.DeploymentNumber},
            )
            call.store.put(call.scope, SESSION, "", session.id, following)
        answer: Members = {
            "NextPollConfigurationToken": following.token,
            "NextPollIntervalInSeconds": session.minimum or DEFAULT_INTERVAL,
            "ContentType": deployment.content_type,
            "Configuration": b"" if known else self.delivered(profile, deployment),
        }
        if deployment.VersionLabel and not known:
            answer["VersionLabel"] = deployment.VersionLabel
        return answer

    def delivered(self, profile: ConfigurationProfile, deployment: Deployment) -> bytes:
        """A configuration as a client gets it: of feature flags only their values (AppConfig User Guide, "Understanding
        the type reference for AWS.AppConfig.FeatureFlags")."""
        content = deployment.content or b""
        return simplified(content) if profile.Type == FLAGS else content

    def session(self, call: Call, token: str) -> Session:
        """The session that a token belongs to.

        Raises BadRequestException where the token is none, was used, is older than 24 hours, or comes too early. The
        pages have no word for a used token: it counts as expired.
        """
        identifier, nonce = parts(token)
        session: Session | None = call.store.get(call.scope, SESSION, "", identifier)
        if session is None or not nonce:
            raise bad_token("Corrupted", "It is not a token of a configuration session.")
        if self.used(session, nonce):
            raise bad_token("Expired", "It was used before; each token is good for one call.")
        if call.now - session.issued > LIFETIME:
            raise bad_token("Expired", "It is older than 24 hours; start another session.")
        if self.early(session, call.now):
            raise bad_token(
                "PollIntervalNotSatisfied", f"The session may ask every {session.minimum} seconds, and asked before."
            )
        return session

    def used(self, session: Session, nonce: str) -> bool:
        """Whether a token was handed in before."""
        return nonce != session.nonce

    def early(self, session: Session, now: datetime) -> bool:
        """Whether the session's own constraint forbids a call at `now`; its first call may come at once."""
        if session.minimum is None or session.polled is None:
            return False
        return now - session.polled < timedelta(seconds=session.minimum)

    def has(self, call: Call, environment: Environment, session: Session, deployment: Deployment) -> bool:
        """Whether the client was given this very configuration by its last call."""
        if session.seen is None or session.seen == deployment.DeploymentNumber:
            return session.seen is not None
        seen: Deployment | None = call.store.get(call.scope, DEPLOYMENT, under(environment), str(session.seen))
        return seen is not None and _data(seen) == _data(deployment)

    def tracked(self, call: Call, session: Session) -> tuple[Environment, ConfigurationProfile]:
        """What the session is about. Raises ResourceNotFoundException where it was deleted meanwhile."""
        environment = call.store.get(call.scope, ENVIRONMENT, session.application, session.environment)
        if environment is None:
            raise missing(ENVIRONMENT, session.environment, session)
        profile = call.store.get(call.scope, PROFILE, session.application, session.profile)
        if profile is None:
            raise missing(PROFILE, session.profile, session)
        return environment, profile

    def asked(self, call: Call, kind: str, parent: str, params: Members, name: str) -> Any:
        """A resource by its id or its name. Raises ResourceNotFoundException, which says what was asked for."""
        try:
            return self.named(call, kind, parent, params[name])
        except ServiceFault as fault:
            if fault.code != "ResourceNotFoundException":
                raise
            raise ServiceFault(
                fault.code, fault.message, ResourceType=kind, ReferencedBy={name: params[name]}
            ) from None

    def _sweep(self, call: Call) -> None:
        """Forget sessions that were left long ago, once in a while."""
        swept: datetime | None = call.store.get(call.scope, SWEEP, "", "")
        if swept is not None and timedelta() <= call.now - swept < _SWEEP_EVERY:
            return
        call.store.put(call.scope, SWEEP, "", "", call.now)
        for _, session in call.store.page(
            call.scope, SESSION, "", where=lambda kept: call.now - kept.issued > REMEMBERED
        ):
            call.store.delete(call.scope, SESSION, "", session.id)


def _data(deployment: Deployment) -> tuple[str, bytes | None, str, str | None]:
    return deployment.ConfigurationVersion, deployment.content, deployment.content_type, deployment.VersionLabel


def missing(kind: str, what: str, session: Session) -> ServiceFault:
    known = {
        "ApplicationIdentifier": session.application,
        "EnvironmentIdentifier": session.environment,
        "ConfigurationProfileIdentifier": session.profile,
    }
    message = f"{kind} {what} could not be found."
    return ServiceFault("ResourceNotFoundException", message, ResourceType=kind, ReferencedBy=known)


def bad_token(problem: str, message: str) -> ServiceFault:
    """The documented refusal of a token (exceptions/BadRequestException.rst)."""
    return ServiceFault(
        "BadRequestException",
        f"ConfigurationToken: {message}",
        Reason="InvalidParameters",
        Details={"InvalidParameters": {"ConfigurationToken": {"Problem": problem}}},
    )
