"""Entries (台账分录): what happened to an asset, by the day on which it holds; never updated, never deleted."""
