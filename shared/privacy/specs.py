"""How keys are written in settings: `id:base64`."""

from __future__ import annotations

import base64
import binascii
import re

_ID = re.compile(r"[a-z0-9]{1,8}", re.ASCII)


def read_key(spec: str, *, exactly: int | None = None, at_least: int = 32) -> tuple[str, bytes]:
    """The id and the bytes of `id:base64`. ValueError says what is wrong and never shows the key."""
    key_id, colon, text = spec.partition(":")
    if not colon or not _ID.fullmatch(key_id):
        raise ValueError("a key is written id:base64, the id 1-8 lower-case letters or digits")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the key's bytes are not valid base64") from None
    if len(key) < (exactly or at_least) or (exactly is not None and len(key) != exactly):
        raise ValueError(f"the key needs {'exactly' if exactly else 'at least'} {exactly or at_least} bytes")
    return key_id, key
