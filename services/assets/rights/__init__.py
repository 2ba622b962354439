"""Rights (确权): who holds which share of an asset on which day (design: assets §2)."""
