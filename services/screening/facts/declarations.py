"""The declarations as they are written, read from the package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def written() -> Mapping[str, Mapping[str, Any]]:
    """Group → name → entry, in the order of `facts.yaml`; `domain.read` says what an entry holds."""
    page: Mapping[str, Mapping[str, Any]] = yaml.safe_load(files(__package__).joinpath("facts.yaml").read_text("utf-8"))
    return page
