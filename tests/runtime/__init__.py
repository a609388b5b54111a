"""Tests of what generated code calls: the client half of the run time."""
