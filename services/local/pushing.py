"""`xianjie push` on this machine: a token where none was given, and one line for what stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from services.local import tools
from services.local.errors import LocalError
from services.uploader import push
from services.uploader.client import Door
from services.uploader.errors import UploadError
from shared.http.permissions import DEVELOPER

_HOURS = 12.0
_STOPPED = 2
"""Beside 1, which says that the push went through and something was rejected."""


def run(data: Path, url: str, token: str | None, patience: float, options: dict[str, Any]) -> int:
    """The exit code: 0 all taken, 1 something rejected, 2 the push could not go on."""
    try:
        signed = token or tools.token(data, DEVELOPER, None, None, _HOURS)
        return push.run(push.Options(door=Door(url.rstrip("/"), signed, patience), **options), Console())
    except (LocalError, UploadError) as error:
        Console(stderr=True).print(f"xianjie：{error}", soft_wrap=True, highlight=False, markup=False)
        return _STOPPED
