"""Findings (问题清单): what is wrong with an asset, since when, by when to be put right, and what became of it."""
