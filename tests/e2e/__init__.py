"""A package, so that a fixture of its own lives as long as its modules."""
