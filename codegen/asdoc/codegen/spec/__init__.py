"""The spec of a service: made of facts, read and checked, and turned into the table of the run time."""

from __future__ import annotations

from .files import SpecError
from .load import Spec, load_spec
from .table import runtime_table

__all__ = ["Spec", "SpecError", "load_spec", "runtime_table"]
