"""The refusal texts of `texts.yaml`: looked up here, written there, repeated nowhere."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_TEXTS: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
    files(__package__).joinpath("texts.yaml").read_text("utf-8")
)


def expectation(kind: str) -> tuple[str, str]:
    """The code and the predicate for a field kind whose value has not the right shape."""
    entry = _TEXTS["kinds"][kind]
    return entry["code"], entry["expect"]


def expects(kind: str) -> str | None:
    """The sentence of a field kind for documentation, None for a kind without one."""
    entry = _TEXTS["kinds"].get(kind)
    return entry["expect"] if entry else None


def fault(name: str, /, **values: Any) -> tuple[str, str]:
    """The code and the predicate for a general fault."""
    entry = _TEXTS["faults"][name]
    return entry["code"], entry["text"].format(**values)
