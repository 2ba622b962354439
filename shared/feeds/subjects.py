"""Whom a record is about: identity numbers become person keys here and go no further than the vault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from shared.codes import identity
from shared.codes.errors import CodeError
from shared.codes.lists import get
from shared.feeds.checks import read_name
from shared.feeds.draft import Draft
from shared.feeds.plan import Plan
from shared.privacy import PersonKeys, Sealer, mask_id, mask_name

SubjectReader = Callable[[Draft, PersonKeys, Sealer, bool], None]
"""Puts the subject into the draft, or refuses it there; the flag says that the record is a retract."""


def _number(draft: Draft, field: str, raw: str) -> identity.Identity | None:
    """The parsed number, with notes and refusals in the draft."""
    try:
        found = identity.parse(raw)
    except CodeError as error:
        draft.refuse(field, error.code, error.message, shown=mask_id(raw))
        return None
    for code, text in found.notes:
        draft.note(field, code, f"：{text}", shown=mask_id(raw))
    if found.birth_on > draft.today:
        draft.refuse(field, "id_number_birth", "里的出生日期晚于今天，请对照证件核对", shown=mask_id(raw))
        return None
    return found


def _person(draft: Draft, keys: PersonKeys, _: Sealer, retract: bool) -> None:
    values = draft.values
    number: str | None = values["id_number"]
    if number is None:
        return
    born = identity.birth_of(number)
    if born is None or born > draft.today:
        found = _number(draft, "id_number", number)
        if found is None:
            return
        number = found.number
    draft.subject_key = key = keys.of(number)
    if retract:
        draft.identity = number
    else:
        name = values["name"]
        draft.identity = f"{number}\x1f{name}"
        draft.identities.append((key, number, name))


def _household(draft: Draft, keys: PersonKeys, bus: Sealer, retract: bool) -> None:
    draft.household_no = number = draft.values["household_no"]
    if retract or "members" not in draft.values:
        draft.identity = number
    elif number is not None and draft.values["members"] is not None:
        _with_members(draft, number, keys, bus)


def _with_members(draft: Draft, number: str, keys: PersonKeys, bus: Sealer) -> None:
    """Key and seal the members. The members in `draft.values` become plain dicts with `id_number`, `name`, `birth_on`
    and `sex` for the kind's own checks, relations in the list's own words; what goes on the bus is
    made without the first two."""
    spellings = get("relation").spellings
    members: list[dict[str, Any]] = []
    for position, model in enumerate(draft.values["members"]):
        member = dict(model if isinstance(model, dict) else model.__dict__)
        at = f"members/{position}"
        found = _number(draft, f"{at}/id_number", member["id_number"])
        name, wrong = read_name(member["name"])
        if wrong:
            draft.refuse(f"{at}/name", "name_format", wrong, shown=mask_name(member["name"]))
        if found is None or wrong or draft.errors:
            continue
        if name != member["name"]:
            draft.note(f"{at}/name", "name_normalised", "已统一写法（去空格、统一间隔号）", shown=mask_name(name))
        member["relation"] = spellings.get(member["relation"], member["relation"])
        member["health"] = sorted(member["health"]) if member.get("health") else None
        key = keys.of(found.number)
        draft.identities.append((key, found.number, name))
        member.update(id_number=found.number, name=name, birth_on=found.birth_on.isoformat(), sex=found.sex, key=key)
        members.append(member)
    if draft.errors:
        return
    draft.values["members"] = members
    canonical = orjson.dumps(sorted(members, key=lambda member: str(member["id_number"]))).decode()
    draft.identity = f"{number}\x1f{canonical}"
    draft.public = {"members": [_sealed(member, bus) for member in members]}


def _sealed(member: dict[str, Any], bus: Sealer) -> dict[str, Any]:
    hidden = orjson.dumps({"id_number": member["id_number"], "name": member["name"]})
    shown = {"person_key": member["key"], "sealed": bus.seal(hidden, member["key"])}
    rest = (item for item in member.items() if item[0] not in _HIDDEN and item[1] is not None)
    return shown | dict(rest)


def _keyed(draft: Draft, keys: PersonKeys, field: str) -> None:
    """Put the sorted person keys in the place of a list of identity numbers: neither order nor numbers go further."""
    found: dict[str, int] = {}
    for position, raw in enumerate(draft.values[field] or ()):
        number = _number(draft, f"{field}/{position}", raw)
        if number is None:
            continue
        key = keys.of(number.number)
        earlier = found.setdefault(key, position)
        if earlier != position:
            at = f"{field}/{position}"
            draft.refuse(at, "member_twice", f"与第 {earlier + 1} 项是同一人，不能列两次", shown=mask_id(raw))
    if draft.values[field] is not None:
        draft.values[field] = sorted(found)


def reader(subject: str, plan: Plan) -> SubjectReader:
    """The reader of a kind: its subject's own, and where the plan has such fields, `keyed` ones become person keys and
    `hidden` ones count as identity, so that they are content without leaving. A kind without them pays nothing."""
    first = SUBJECTS[subject]
    if not plan.keyed and not plan.hidden:
        return first

    def read(draft: Draft, keys: PersonKeys, bus: Sealer, retract: bool) -> None:
        first(draft, keys, bus, retract)
        if retract:
            return
        for field in plan.keyed:
            _keyed(draft, keys, field)
        for field in plan.hidden:
            draft.identity = f"{draft.identity}\x1f{draft.values[field]}"

    return read


_HIDDEN = frozenset({"id_number", "name", "sex", "key"})
SUBJECTS: Mapping[str, SubjectReader] = MappingProxyType({"person": _person, "head": _person, "household": _household})
