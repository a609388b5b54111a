"""From a case to a world of its own: which documented calls must come before it, and what its literals stand for."""
