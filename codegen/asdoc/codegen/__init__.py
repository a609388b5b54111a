"""Pages to facts, facts to spec, spec to files."""
