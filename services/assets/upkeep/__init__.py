"""Upkeep (管护): who answers for an asset on a day, how often it is looked at, what was found (design: assets §3)."""
