"""The columns of a feed's sheet, read from its models: every title and list is said there and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.codes.lists import get
from shared.feeds.domain import Feed
from shared.feeds.fields import FieldKind, OneOf, nested
from shared.sheets.domain import OWN_TITLES, Column, Form


def columns(feed: Feed) -> tuple[Column, ...]:
    """The columns in the model's order, 操作 followed by 撤回原因, the fields of a list of objects (members) last as
    columns of their own. A programming mistake (two fields of one title) raises ValueError."""
    found = list(_columns(feed.model, None))
    at = next(index for index, column in enumerate(found) if column.name == "op") + 1
    reason = _column("retract_reason", feed.retract_model.model_fields["retract_reason"], None)
    found.insert(at, Column(reason.name, reason.title, reason.form, required=False, kind=reason.kind, text=reason.text))
    titles = Counter([column.title for column in found]) + Counter(OWN_TITLES)
    if twice := [title for title, count in titles.items() if count > 1]:
        raise ValueError(f"{feed.name} has columns of one title: {twice}")
    return tuple(found)


def _columns(model: type[BaseModel], group: str | None) -> list[Column]:
    own, items = [], []
    for name, info in model.model_fields.items():
        inner = nested(info)
        if inner is not None:
            items += _columns(inner, name)
        else:
            own.append(_column(name, info, group))
    return own + items


def _column(name: str, info: FieldInfo, group: str | None) -> Column:
    parts = list(_parts(info.annotation)) + list(info.metadata)
    kind = next((part for part in (*info.metadata, *parts) if isinstance(part, FieldKind)), None)
    one_of = next((part for part in parts if isinstance(part, OneOf)), None)
    codes = get("op") if name == "op" else one_of.codes if one_of else None
    return Column(
        name=name,
        title=info.title or (codes.title if codes else name),
        form=_form(parts, kind, listed=codes is not None),
        required=info.is_required(),
        group=group,
        codes=codes,
        kind=kind.name if kind else None,
        unit=kind.unit if kind else None,
        text=info.description or "",
        example=info.examples[0] if info.examples else None,
    )


def _parts(hint: Any) -> Iterator[Any]:
    """Every type and mark that a hint is made of, outer before inner; what is an alternative of None included."""
    yield hint
    inner = getattr(hint, "__metadata__", ())
    for part in (*inner, *([hint.__origin__] if inner else getattr(hint, "__args__", ()))):
        yield from part.metadata if isinstance(part, FieldInfo) else _parts(part)


def _form(parts: list[Any], kind: FieldKind | None, *, listed: bool) -> Form:
    if any(get_origin(part) is list for part in parts):
        return "list"
    if listed:
        return "choice"
    for of, form in _BY_TYPE:
        if of in parts:
            return form
    if kind is None:
        return "text"
    if kind.unit:
        return "amount"
    return _BY_FORMAT.get(kind.format or "") or _BY_KIND.get(kind.name, "text")


_BY_TYPE: tuple[tuple[type, Form], ...] = ((bool, "flag"), (int, "integer"))
_BY_FORMAT: Mapping[str, Form] = MappingProxyType({"date": "day", "date-time": "instant"})
_BY_KIND: Mapping[str, Form] = MappingProxyType(
    {
        "month": "month",
        "past_month": "month",
        "household_no": "code",
        "id_number": "code",
        "disability_card": "code",
        "division": "code",
        "credit_code": "code",
        "institution_code": "code",
        "school_year": "code",
    }
)
