"""Deployment strategies: the caller's own, and the predefined ones that every account has."""

from __future__ import annotations

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.kept import steady
from asdoc.runtime.server.pagination import page
from asdoc.runtime.server.store import Entry

from .base import changes, replaced
from .records import STRATEGY, DeploymentStrategy, Members, documented, listed, shown
from .tags import Tags

_NAMES = documented(DeploymentStrategy)


def _predefined(name: str, growth_type: str, factor: float, duration: int, bake: int) -> DeploymentStrategy:
    return DeploymentStrategy(
        Id=name,
        Name=name,
        GrowthType=growth_type,
        GrowthFactor=factor,
        DeploymentDurationInMinutes=duration,
        FinalBakeTimeInMinutes=bake,
        ReplicateTo="NONE",
    )


# Names and figures: AppConfig User Guide, "Using predefined deployment strategies".
PREDEFINED = {
    record.Id: record
    for record in (
        _predefined("AppConfig.AllAtOnce", "LINEAR", 100.0, 0, 10),
        _predefined("AppConfig.Linear50PercentEvery30Seconds", "LINEAR", 50.0, 1, 1),
        _predefined("AppConfig.Canary10Percent20Minutes", "EXPONENTIAL", 10.0, 20, 10),
        _predefined("AppConfig.Linear20PercentEvery6Minutes", "LINEAR", 20.0, 30, 30),
    )
}

_BEHIND = 2**62
"""The places of the predefined strategies in the list: behind any of the caller's own."""


class Strategies(Tags):
    def create_deployment_strategy(self, call: Call) -> Members:
        params = call.params
        tags = self.checked_tags(call)
        # The defaults are those of the documented example (create_deployment_strategy.rst); ReplicateTo became optional
        # without a documented default, and NONE is the other of its two values.
        record = self.add(
            call,
            STRATEGY,
            "",
            lambda new: DeploymentStrategy(
                Id=new,
                Name=params["Name"],
                Description=params.get("Description") or None,
                DeploymentDurationInMinutes=params["DeploymentDurationInMinutes"],
                GrowthType=params.get("GrowthType", "LINEAR"),
                GrowthFactor=params["GrowthFactor"],
                FinalBakeTimeInMinutes=params.get("FinalBakeTimeInMinutes", 0),
                ReplicateTo=params.get("ReplicateTo", "NONE"),
            ),
        )
        self.set_tags(call, f"deploymentstrategy/{record.Id}", tags)
        return shown(record, _NAMES)

    @steady
    def get_deployment_strategy(self, call: Call) -> Members:
        return shown(self.strategy(call), _NAMES)

    def list_deployment_strategies(self, call: Call) -> Members:
        def source(after: int | None, limit: int) -> list[Entry]:
            entries = call.store.page(call.scope, STRATEGY, "", after=after, limit=limit)
            behind = [(_BEHIND + index, record) for index, record in enumerate(PREDEFINED.values())]
            entries += [entry for entry in behind if after is None or entry[0] > after]
            return entries[:limit]

        records, token = page(call, STRATEGY, source=source)
        return listed([shown(record, _NAMES) for record in records], token)

    def update_deployment_strategy(self, call: Call) -> Members:
        self._refuse_predefined(call, "changed")
        names = ("Description", "DeploymentDurationInMinutes", "FinalBakeTimeInMinutes", "GrowthFactor", "GrowthType")
        record = replaced(self.strategy(call), changes(call.params, names))
        call.store.put(call.scope, STRATEGY, "", record.Id, record)
        return shown(record, _NAMES)

    def delete_deployment_strategy(self, call: Call) -> None:
        self._refuse_predefined(call, "deleted")
        record = self.strategy(call)
        call.store.delete(call.scope, STRATEGY, "", record.Id)
        self.forget(call, f"deploymentstrategy/{record.Id}")

    def strategy(self, call: Call) -> DeploymentStrategy:
        return PREDEFINED.get(call.params["DeploymentStrategyId"]) or super().strategy(call)

    def _refuse_predefined(self, call: Call, done: str) -> None:
        identifier = call.params["DeploymentStrategyId"]
        if identifier in PREDEFINED:
            raise call.invalid(f"The predefined strategy {identifier} cannot be {done}.")
