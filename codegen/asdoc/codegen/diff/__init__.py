"""What differs between two specs of a service, and what it means for those who use it."""

from .change import Change
from .compare import applied, changes
from .rules import SEVERITIES, Rule, rule, rules

__all__ = ["SEVERITIES", "Change", "Rule", "applied", "changes", "rule", "rules"]
