"""Replaying what is documented against any implementation, and judging what comes back."""
