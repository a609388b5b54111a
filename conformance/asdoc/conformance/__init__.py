"""Replaying what is documented against any implementation, and judging what comes back."""

from .verify import Report, Settings, verify, verify_events

__all__ = ["Report", "Settings", "verify", "verify_events"]
