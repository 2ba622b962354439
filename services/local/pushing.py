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


def run(data: Path, url: str, token: str | None, patience: float, options: dict[str, Any]) -> int:
    """The exit code: 0 all taken, 1 something rejected. LocalError when the push cannot go on."""
    signed = token or tools.token(data, DEVELOPER, None, None, _HOURS)
    try:
        return push.run(push.Options(door=Door(url.rstrip("/"), signed, patience), **options), Console())
    except UploadError as error:
        raise LocalError(str(error)) from None
