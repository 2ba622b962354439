"""The hot path from what a department sent to what can be stored and published.

About a dozen microseconds a settlement record; every step that runs for each record is written for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import ValidationError

from shared import clock
from shared.errors import FieldError
from shared.feeds.bodies import read_records, serialisable
from shared.feeds.catalogue import FEEDS
from shared.feeds.checks import CLOCK_SLACK, amounts, microseconds, read_day, read_instant
from shared.feeds.domain import Feed, Prepared, Refused
from shared.feeds.draft import Draft
from shared.feeds.legal import barred, kind_in_force
from shared.feeds.plan import Plan, compile_plan
from shared.feeds.refusals import explain
from shared.feeds.subjects import SubjectReader, reader
from shared.feeds.texts import fault
from shared.privacy import PersonKeys, Sealer

_PLANS: Mapping[str, tuple[Plan, Plan]] = MappingProxyType(
    {feed.name: (compile_plan(feed.model), compile_plan(feed.retract_model)) for feed in FEEDS.values()}
)
_READERS: Mapping[str, SubjectReader] = MappingProxyType(
    {feed.name: reader(feed.subject, _PLANS[feed.name][0]) for feed in FEEDS.values()}
)
_EPOCH = date(1970, 1, 1)
_DAY_US = 86_400_000_000
_SHANGHAI_US = 8 * 3_600_000_000


class Preparer:
    """Checks, normalises, keys and serialises records. Holds the pepper and the bus key: one a process."""

    def __init__(self, keys: PersonKeys, bus: Sealer) -> None:
        self._keys = keys
        self._bus = bus
        self._digest = hashlib.blake2b(digest_size=16, key=keys.digest_key)

    def body(self, feed: Feed, body: bytes) -> list[Prepared | Refused]:
        """The records of a whole body `{"records": [...]}`, in their order.

        Raises MalformedBodyError (400), BodyShapeError (422), TooManyRecordsError (413) of the body as a whole.
        """
        return self.records(feed, read_records(body))

    def records(self, feed: Feed, records: Sequence[Any], first: int = 0) -> list[Prepared | Refused]:
        """The same for values that are parsed already; `first` is the index of the first one. Never raises."""
        run = _Run(feed, self._keys, self._bus, self._digest)
        one = run.one_barred if run.barred else run.one
        return [one(index, raw) for index, raw in enumerate(records, first)]


class _Run:
    """One batch of one feed: what is the same for all its records."""

    __slots__ = ("barred", "bus", "digest", "feed", "keys", "latest", "read_subject", "retract", "today", "upsert")

    def __init__(self, feed: Feed, keys: PersonKeys, bus: Sealer, digest: hashlib.blake2b) -> None:
        self.feed = feed
        self.keys = keys
        self.bus = bus
        self.digest = digest
        self.latest = microseconds(clock.now() + CLOCK_SLACK)
        self.today = clock.today()
        self.upsert, self.retract = _PLANS[feed.name]
        self.read_subject = _READERS[feed.name]
        self.barred = barred(feed, self.today)

    def one(self, index: int, raw: Any) -> Prepared | Refused:
        """Take or refuse one record."""
        if type(raw) is not dict:
            return _no_object(index, raw)
        retract = raw.get("op") == "retract"
        plan = self.retract if retract else self.upsert
        try:
            values = plan.validate(raw).__dict__
        except ValidationError as error:
            return self._misshapen(index, raw, plan, error)
        draft = Draft(index, values, plan.titles, self.today)
        _check_fields(draft, plan)
        version = read_instant(draft, "source_updated_at", values["source_updated_at"], self.latest)
        self.read_subject(draft, self.keys, self.bus, retract)
        if not draft.errors and not retract:
            self.feed.check(draft)
        if draft.errors or version is None:
            return _refused(index, raw, draft)
        return self._finish(draft, plan, version)

    def one_barred(self, index: int, raw: Any) -> Prepared | Refused:
        """The same while the kind, or some of its fields, have no legal basis. What may not be processed is not kept in
        the quarantine either; a retract, which removes, is always lawful."""
        if type(raw) is not dict or raw.get("op") == "retract":
            return self.one(index, raw)
        draft = Draft(index, raw, self.upsert.titles, self.today)
        lawful = kind_in_force(self.feed, self.today)
        if not lawful:
            code, text = fault("no_legal_basis")
            draft.add_error(draft.at, code, f"第 {index + 1} 条记录“{self.feed.title}”{text}", None)
        for name in sorted(self.barred) if lawful else ():
            if raw.get(name) is not None:
                draft.refuse(name, *fault("no_legal_basis"), shown="（未保留）")
        checked = self.one(index, raw)
        if not draft.errors:
            return checked
        kept = {name: value for name, value in raw.items() if name not in self.barred} if lawful else {}
        return Refused(index, checked.source_id, draft.errors, serialisable(kept))

    def _finish(self, draft: Draft, plan: Plan, version: tuple[int, str]) -> Prepared:
        """Serialise and digest a record in which nothing is wrong."""
        values, extra = draft.values, draft.public
        op = values["op"]
        effective_on, stated = self._effective_on(values, version[0]) if op == "upsert" else (None, "")
        division = values.get("division_code")
        data = {name: value for name in plan.data if (value := values[name]) is not None}
        if extra is not None:
            plain = orjson.dumps({name: value for name, value in data.items() if name not in extra})
            public = orjson.dumps({**data, **extra})
        else:
            plain = public = orjson.dumps(data)
        digest = self.digest.copy()
        digest.update(f"{op}\x1f{draft.identity}\x1f{stated}\x1f{division or ''}\x1f".encode() + plain)
        return Prepared(
            draft.index, values["source_id"], version[0], version[1], op, effective_on, draft.subject_key,
            draft.household_no, division, draft.subject_key or draft.household_no or "", public, digest.digest(),
            draft.identities, draft.notes,
        )  # fmt: skip

    def _effective_on(self, values: dict[str, Any], version: int) -> tuple[date | None, str]:
        """The day, and the text of it where it says more than the default does (defaults are no content)."""
        own, given = self.feed.own_date(values), values["effective_on"]
        if given is not None and given != own:
            return read_day(given), given
        if own is not None:
            return read_day(own), ""
        return _EPOCH + timedelta(days=(version + _SHANGHAI_US) // _DAY_US), ""

    def _misshapen(self, index: int, raw: dict[str, Any], plan: Plan, error: ValidationError) -> Refused:
        """Name every fault of shape, then what can be said of the fields whose shape is right: all at once, so that a
        clerk corrects a record once."""
        draft = Draft(index, dict(raw), plan.titles, self.today)
        explain(error, draft, plan.model, self.upsert.titles)
        wrong = {detail["loc"][0] for detail in error.errors(include_url=False) if detail["loc"]}
        draft.values = {name: None if name in wrong else raw.get(name) for name in plan.model.model_fields}
        _check_fields(draft, plan)
        if (moment := draft.values["source_updated_at"]) is not None:
            read_instant(draft, "source_updated_at", moment, self.latest)
        self.read_subject(draft, self.keys, self.bus, plan is self.retract)
        return _refused(index, raw, draft)


def _check_fields(draft: Draft, plan: Plan) -> None:
    values = draft.values
    if plan.money:
        amounts(draft, plan.money)
    for field, check in plan.checks:
        value = values[field]
        if value is not None:
            check(draft, field, value)


def _no_object(index: int, raw: Any) -> Refused:
    code, text = fault("not_an_object")
    error: FieldError = {
        "pointer": f"/records/{index}",
        "code": code,
        "message": f"第 {index + 1} 条记录{text}",
        "value_masked": None,
    }
    return Refused(index, None, [error], serialisable(raw))


def _refused(index: int, raw: dict[str, Any], draft: Draft) -> Refused:
    """With the record's own key for the receipt, unless that is itself what is wrong."""
    source_id = raw.get("source_id")
    wrong = f"/records/{index}/source_id"
    if not isinstance(source_id, str) or any(error["pointer"] == wrong for error in draft.errors):
        source_id = None
    return Refused(index, source_id, draft.errors, serialisable(raw))
