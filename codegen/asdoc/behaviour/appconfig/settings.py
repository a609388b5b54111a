"""Account settings, and the deletion protection that they switch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from asdoc.runtime.server.call import Call

from .base import Base, conflict
from .records import RETRIEVAL, SETTINGS, ConfigurationProfile, Environment, Members

DEFAULT_PERIOD = 60
"""Minutes (get_account_settings.rst)."""

RECENTLY_CREATED = timedelta(hours=1)
"""Resources this young are not protected unless APPLY is asked for (delete_environment.rst)."""


class Settings(Base):
    def get_account_settings(self, call: Call) -> Members:
        return dict(self._settings(call))

    def update_account_settings(self, call: Call) -> Members:
        settings = self._settings(call)
        for name in ("DeletionProtection", "VendedMetrics"):
            if name in call.params:
                settings = {**settings, name: {**settings.get(name, {}), **call.params[name]}}
        call.store.put(call.scope, SETTINGS, "", "", settings)
        return dict(settings)

    def check_deletion_protection(self, call: Call, record: Environment | ConfigurationProfile) -> None:
        """Raises ConflictException where the resource was asked for its configuration within the protected period."""
        wish = call.params.get("DeletionProtectionCheck", "ACCOUNT_DEFAULT")
        protection = self._settings(call)["DeletionProtection"]
        if wish == "BYPASS" or (wish == "ACCOUNT_DEFAULT" and not protection["Enabled"]):
            return
        if wish == "ACCOUNT_DEFAULT" and call.now - record.created < RECENTLY_CREATED:
            return
        used: datetime | None = call.store.get(call.scope, RETRIEVAL, record.ApplicationId, record.Id)
        minutes = protection["ProtectionPeriodInMinutes"]
        if used is not None and call.now - used <= timedelta(minutes=minutes):
            raise conflict(
                f"{record.Id} is protected from deletion: a configuration was retrieved from it in the last {minutes} "
                "minutes. Ask with DeletionProtectionCheck BYPASS to delete it all the same."
            )

    def _settings(self, call: Call) -> dict[str, Any]:
        settings: dict[str, Any] | None = call.store.get(call.scope, SETTINGS, "", "")
        # VendedMetrics has no documented default, so it shows only once it was set.
        return settings or {"DeletionProtection": {"Enabled": False, "ProtectionPeriodInMinutes": DEFAULT_PERIOD}}
