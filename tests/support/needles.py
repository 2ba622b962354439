"""Looking for ID numbers and names in whatever a run left behind, however it is written down."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_HEX = re.compile(r"\\\\x((?:[0-9a-f]{2})+)")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_TAIL = slice(6, 17)
"""Of an ID number: what no mask shows, the check digit aside (`x` or `X`, or wrong)."""


@dataclass
class Needles:
    """What must not be found: `tails` of ID numbers and whole `names` of the sample."""

    tails: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def add(self, value: Any) -> None:
        """Every `id_number` and `name` anywhere in a record."""
        if isinstance(value, list):
            for inner in value:
                self.add(inner)
        elif isinstance(value, dict):
            if "id_number" in value:
                self.tails.add(value["id_number"][_TAIL])
            if "name" in value:
                self.names.add(value["name"])
            self.add(list(value.values()))

    def found(self, text: str) -> list[str]:
        """The needles that stand in `text`, in any of the ways of `readings`; each cut so that the
        test's own report shows nobody."""
        surnames, rest = ({name[place] for name in self.names} for place in (0, -1))
        name = re.compile(f"(?=([{''.join(surnames)}].?[{''.join(rest)}]))")
        hits = set()
        for reading in readings(text):
            hits |= {m[1][:4] + "…" for m in re.finditer(r"(?=((?:19|20)[0-9]{9}))", reading) if m[1] in self.tails}
            hits |= {m[1][:1] + "…" for m in name.finditer(reading) if {m[1], m[1][:2]} & self.names}
        return sorted(hits)


def readings(text: str) -> Iterator[str]:
    """`text` itself; with COPY's hexadecimal, JSON's and URLs' escapes undone; without the spaces
    between digits and in one width; and what its base64 says."""
    plain = _HEX.sub(lambda m: _text(bytes.fromhex(m[1])), text)
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), plain)
    plain = _PERCENT.sub(lambda m: _text(bytes.fromhex(m[0].replace("%", ""))), plain)
    yield re.sub(r"(?<=[0-9])[ \u3000]+(?=[0-9])", "", unicodedata.normalize("NFKC", plain))
    yield "\n".join(_unbase64(m[0]) for m in _BASE64.finditer(plain))


def _unbase64(text: str) -> str:
    whole = text.replace("-", "+").replace("_", "/")
    return _text(base64.b64decode(whole[: len(whole) // 4 * 4]))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
