"""Administrative divisions 行政区划 of Ordos: 1 city, 9 banners, 88 townships, 1,011 villages and communities, 747 of
them rural villages by their suffix, where the plan counts 735 嘎查村 (end of 2021).

A code has 12 digits; its significant part is 4, 6, 9 or 12 long by level. Names resolve as written first and with
exchanged endings only if nothing matches; several candidates are given back, never guessed among.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import yaml

LEVELS = ("city", "banner", "township", "village")
CITY = "150600000000"
"""The whole of Ordos, which everything else lies in."""
_LENGTH = {"city": 4, "banner": 6, "township": 9, "village": 12}
_RURAL_SUFFIX = 200
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Division:
    """One place. `level` is city, banner, township or village; `parent` the code above, empty for the city."""

    code: str
    name: str
    level: str
    parent: str

    @property
    def rural(self) -> bool:
        """A village committee (suffix ≥ 200) and not a community 社区."""
        return self.level == "village" and int(self.code[9:]) >= _RURAL_SUFFIX


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text means. `code` is None when nothing or several match; `how` is code, prefix, alias, name, folded,
    ambiguous or none; `candidates` are the codes that match."""

    code: str | None
    candidates: tuple[str, ...]
    how: str


def _read() -> dict[str, Division]:
    text = files(__package__).joinpath("divisions.csv").read_text("utf-8")
    return {row["code"]: Division(**row) for row in csv.DictReader(text.splitlines())}


_ALL: Mapping[str, Division] = MappingProxyType(_read())
_WORDS = yaml.safe_load(files(__package__).joinpath("aliases.yaml").read_text("utf-8"))
_ALIASES: dict[str, str] = _WORDS["aliases"]


def get(code: str) -> Division | None:
    """The division of a 12-digit code, or None."""
    return _ALL.get(code)


def all_divisions() -> Iterable[Division]:
    """All of them in code order."""
    return _ALL.values()


def prefix(code: str) -> str:
    """The significant digits of a 12-digit code: city 4, banner 6, township 9, village 12. KeyError if unknown."""
    return code[: _LENGTH[_ALL[code].level]]


def is_within(code: str, scope: str) -> bool:
    """Whether `code` lies in (or is) `scope`; both are 12-digit codes, an unknown scope holds nothing."""
    place = _ALL.get(scope)
    return place is not None and code.startswith(scope[: _LENGTH[place.level]])


def banner_of(code: str) -> str:
    """The banner's code of a banner, township or village; the city's own code for the city. KeyError if unknown."""
    return code if _ALL[code].level == "city" else code[:6] + "000000"


def township_of(code: str) -> str | None:
    """The township's code of a township or village; None above. KeyError if unknown."""
    return code[:9] + "000" if _ALL[code].level in ("township", "village") else None


def path(code: str) -> str:
    """The name with the names above it, the city left out: `杭锦旗锡尼镇…`. KeyError if unknown."""
    place = _ALL[code]
    above = _ALL.get(place.parent)
    return (path(above.code) if above and above.level != "city" else "") + place.name


def _fold(name: str) -> tuple[str, str]:
    """The name without its ending and the class of the ending: rural, community, upper, or empty for none."""
    for kind, endings in _WORDS["endings"].items():
        for ending in endings:
            if name.endswith(ending) and len(name) > len(ending):
                return name[: -len(ending)], kind
    return name, ""


def _index() -> tuple[dict[str, list[str]], dict[tuple[str, str], list[str]]]:
    names: dict[str, list[str]] = defaultdict(list)
    folded: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in _ALL.values():
        names[place.name].append(place.code)
        stem, kind = _fold(place.name)
        for ending in {kind, ""}:  # a name written without its ending means any class
            folded[stem, ending].append(place.code)
    return dict(names), dict(folded)


_BY_NAME, _BY_FOLDED = _index()


@lru_cache(maxsize=16_384)
def resolve(text: str) -> Resolution:
    """Find the division that a code (12 digits, or the first 9 or 6) or a name means; see `Resolution`.

    A name may carry the names above it (`杭锦旗锡尼镇…`), which narrow the search.
    """
    cleaned = "".join(unicodedata.normalize("NFKC", text).split())
    if cleaned.isascii() and cleaned.isdigit():
        return _by_code(cleaned)
    for word in _WORDS["leading"]:
        if cleaned.startswith(word) and len(cleaned) > len(word):
            cleaned = cleaned[len(word) :]
    return _by_name(cleaned, CITY)


def resolve_listed(name: str, scope: str, level: str) -> Resolution:
    """Find the place of one level that an official list means, inside `scope`: its name as written first, exchanged
    endings only if nothing matches. None and several stay without a code."""
    for found, how in ((_BY_NAME.get(name, ()), "name"), (_BY_FOLDED.get(_fold(name), ()), "folded")):
        codes = [code for code in found if _ALL[code].level == level and is_within(code, scope)]
        if codes:
            return _decide(codes, how)
    return Resolution(None, (), "none")


def lookalikes(name: str, scope: str, level: str) -> tuple[str, ...]:
    """Codes of up to three places whose names are written much like `name`: for a person to choose from, never taken
    as an answer."""
    stems = {_fold(place.name)[0]: place.code for place in _ALL.values() if place.level == level}
    inside = {stem: code for stem, code in stems.items() if is_within(code, scope)}
    return tuple(inside[stem] for stem in get_close_matches(_fold(name)[0], inside, 3, _ALIKE))


def _by_code(digits: str) -> Resolution:
    code = digits.ljust(12, "0") if len(digits) in (6, 9) else digits
    if code not in _ALL:
        return Resolution(None, (), "none")
    return Resolution(code, (code,), "code" if code == digits else "prefix")


def _by_name(name: str, scope: str) -> Resolution:
    if alias := _ALIASES.get(name):
        return Resolution(alias, (alias,), "alias")
    exact = [code for code in _BY_NAME.get(name, ()) if is_within(code, scope)]
    if exact:
        return _decide(exact, "name")
    if below := _inside_named_scope(name, scope):
        return below
    loose = [code for code in _BY_FOLDED.get(_fold(name), ()) if is_within(code, scope)]
    return _decide(loose, "folded")


def _inside_named_scope(name: str, scope: str) -> Resolution | None:
    """Take a banner's or township's name (or alias) off the front and look for the rest inside it."""
    for length in range(len(name) - 1, 1, -1):
        head, rest = name[:length], name[length:]
        above = [_ALIASES[head]] if head in _ALIASES else _BY_NAME.get(head, [])
        for code in above:
            if _ALL[code].level not in ("village", "city") and is_within(code, scope) and code != scope:
                found = _by_name(rest, code)
                if found.how != "none":
                    return found
    return None


def _decide(codes: list[str], how: str) -> Resolution:
    if len(codes) == 1:
        return Resolution(codes[0], (codes[0],), how)
    return Resolution(None, tuple(codes), "ambiguous" if codes else "none")
