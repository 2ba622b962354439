"""Whole numbers divided among places so that they add up: what is left over goes where most of it was cut off."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor


def divided(total: int, weights: Mapping[str, float], least: int = 0) -> dict[str, int]:
    """`total` by weight, nobody less than `least`."""
    left = total - least * len(weights)
    exact = {place: left * weight / sum(weights.values()) for place, weight in weights.items()}
    found = {place: floor(amount) for place, amount in exact.items()}
    for place in sorted(exact, key=lambda one: found[one] - exact[one])[: left - sum(found.values())]:
        found[place] += 1
    return {place: amount + least for place, amount in found.items()}


def parts(total: int, wholes: Mapping[str, int], leaning: Mapping[str, float]) -> dict[str, int]:
    """`total` among places in proportion to their wholes times `leaning`, nobody more than their whole.

    ValueError when the wholes hold less than `total`.
    """
    if total > sum(wholes.values()):
        raise ValueError("more than all of it")
    weights = {place: whole * leaning[place] for place, whole in wholes.items()}
    found = {place: min(wholes[place], amount) for place, amount in divided(total, weights).items()}
    for place in sorted(wholes, key=lambda one: found[one] - wholes[one]):
        found[place] += min(wholes[place] - found[place], total - sum(found.values()))
    return found
