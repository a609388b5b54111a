"""Hostile pages: documents of every format, mangled, and the laws that hold whatever a page contains."""
