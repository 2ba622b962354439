"""What schemathesis must be told to send the bodies of our routes; named to it by SCHEMATHESIS_HOOKS."""

from __future__ import annotations

from typing import Any

import schemathesis

from shared.http.downloads import XLSX


@schemathesis.serializer(XLSX)
def file_itself(_context: Any, value: Any) -> bytes:
    """A file that is the body: as it is."""
    return value if isinstance(value, bytes) else str(value).encode()
