"""Code lists 代码表: the values a field may take, with their Chinese names. The data are
`lists/*.yaml`, one file a department."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. `titles` maps each value to its Chinese name; `spellings` maps every other accepted spelling (the
    Chinese name included) to the value; `groups` maps a value to that of a coarser list; `source` says where the list
    comes from, `note` what a clerk should know of it. `terms` are the first and the last day of values that are not
    for ever (None: open). `folded` maps every value and spelling, in one width and case and without spaces, to the
    value."""

    name: str
    title: str
    titles: Mapping[str, str]
    spellings: Mapping[str, str]
    source: str | None = None
    note: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[date, date | None]] = field(default_factory=dict)
    folded: Mapping[str, str] = field(default_factory=dict)

    def in_force(self, value: str, since: date, until: date) -> bool:
        """Whether a value was on the list on some day from `since` to `until`, both included."""
        first, last = self.terms.get(value, (date.min, None))
        return first <= until and (last is None or last >= since)

    def values(self) -> list[str]:
        """The values in their order."""
        return list(self.titles)

    def find(self, text: str) -> str | None:
        """The value that a text means, however it is written: full-width or lower case, with spaces, the Chinese name
        or another spelling of the list. None if it means none: never guessed."""
        return self.folded.get(_fold(text))

    def in_words(self) -> str:
        """`value(中文)、…` for a sentence."""
        words = "、".join(f"{value}（{title}）" for value, title in self.titles.items())
        return f"{words}；{self.note}" if self.note else words


def read(name: str, entry: Mapping[str, Any]) -> CodeList:
    """A list from its YAML entry: `title`, `values`, and where there are such `source`, `note`, `groups`, `valid_from`
    and `valid_to`; a value may be `{words: …, valid_from: …, valid_to: …}`. Two meanings of one spelling raise
    ValueError."""
    titles: dict[str, str] = {}
    spellings: dict[str, str] = {}
    terms: dict[str, tuple[date, date | None]] = {}
    folded: dict[str, str] = {}
    for value, told in entry["values"].items():
        dated = told if isinstance(told, dict) else {"words": told}
        words = dated["words"] if isinstance(dated["words"], list) else [dated["words"]]
        titles[value] = words[0]
        for word in words:
            spellings.setdefault(word, value)
        for word in (value, *words):
            if folded.setdefault(_fold(word), value) != value:
                raise ValueError(f"{name}: {word} means {folded[_fold(word)]} and {value}")
        first, last = (dated.get(day, entry.get(day)) for day in ("valid_from", "valid_to"))
        if first or last:
            terms[value] = (first or date.min, last)
    return CodeList(
        name,
        entry["title"],
        MappingProxyType(titles),
        MappingProxyType(spellings),
        entry.get("source"),
        entry.get("note"),
        MappingProxyType(entry.get("groups", {})),
        MappingProxyType(terms),
        MappingProxyType(folded),
    )


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _load() -> dict[str, CodeList]:
    pages = sorted(files(__package__).joinpath("lists").iterdir(), key=lambda page: page.name)
    entries = (item for page in pages for item in yaml.safe_load(page.read_text("utf-8")).items())
    return {name: read(name, entry) for name, entry in entries}


LISTS: Mapping[str, CodeList] = MappingProxyType(_load())


def get(name: str) -> CodeList:
    """The list of that name; KeyError for a programming mistake."""
    return LISTS[name]
