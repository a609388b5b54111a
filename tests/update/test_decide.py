"""What is left to decide by hand."""

from __future__ import annotations

from pathlib import Path

import msgspec

from asdoc.codegen.spec import load_spec
from asdoc.codegen.update.cases import CaseChanges
from asdoc.codegen.update.decide import decisions

SPECS = Path(__file__).resolve().parents[2] / "specs"


def test_only_a_new_operation_without_behaviour_waits_for_one() -> None:
    new = load_spec(SPECS, "appconfig")
    plant = {**new.operations["GetDeployment"], "method": "plant_a_tree"}
    new = msgspec.structs.replace(new, operations={**new.operations, "PlantATree": plant})
    kept = {name: told for name, told in new.operations.items() if name not in ("GetAccountSettings", "PlantATree")}
    old = msgspec.structs.replace(new, operations=kept)
    (decision,) = decisions(old, new, (), {}, CaseChanges())
    assert decision.where == "behaviour/appconfig"
    assert "PlantATree" in decision.what


def test_one_case_is_told_as_one() -> None:
    spec = load_spec(SPECS, "appconfig")
    (decision,) = decisions(spec, spec, (), {}, CaseChanges(gone=("appconfig.case",)))
    assert decision.what.startswith("1 case is gone")
