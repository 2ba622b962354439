"""Code lists 代码表: the values a field may take, with their Chinese names. The data are
`lists/*.yaml`, one file a department."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import yaml


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. `titles` maps each value to its Chinese name; `spellings` maps every other accepted spelling (the
    Chinese name included) to the value; `source` says where the list comes from."""

    name: str
    title: str
    titles: Mapping[str, str]
    spellings: Mapping[str, str]
    source: str | None = None

    def values(self) -> list[str]:
        """The values in their order."""
        return list(self.titles)

    def find(self, text: str) -> str | None:
        """The value that a text means, however it is written: full-width or lower case, with spaces, the Chinese name
        or another spelling of the list. None if it means none: never guessed."""
        cleaned = "".join(unicodedata.normalize("NFKC", text).split())
        for word in (cleaned, cleaned.upper(), cleaned.lower()):
            found = word if word in self.titles else self.spellings.get(word)
            if found is not None:
                return found
        return None

    def in_words(self) -> str:
        """`value(中文)、…` for a sentence."""
        return "、".join(f"{value}（{title}）" for value, title in self.titles.items())


def _load() -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    pages = sorted(files(__package__).joinpath("lists").iterdir(), key=lambda page: page.name)
    for name, entry in (item for page in pages for item in yaml.safe_load(page.read_text("utf-8")).items()):
        titles: dict[str, str] = {}
        spellings: dict[str, str] = {}
        for value, words in entry["values"].items():
            title, *others = words if isinstance(words, list) else [words]
            titles[value] = title
            spellings.update(dict.fromkeys((title, *others), value))
        lists[name] = CodeList(
            name, entry["title"], MappingProxyType(titles), MappingProxyType(spellings), entry.get("source")
        )
    return lists


LISTS: Mapping[str, CodeList] = MappingProxyType(_load())


def get(name: str) -> CodeList:
    """The list of that name; KeyError for a programming mistake."""
    return LISTS[name]
