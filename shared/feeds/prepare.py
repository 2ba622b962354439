"""The hot path from what a department sent to what can be stored and published.

About a dozen microseconds a settlement record; every step that runs for each record is written for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import ValidationError

from shared import clock
from shared.errors import FieldError
from shared.feeds.bodies import read_records, serialisable
from shared.feeds.catalogue import FEEDS
from shared.feeds.checks import CLOCK_SLACK, amounts, read_day, read_instant
from shared.feeds.domain import Feed, Prepared, Refused
from shared.feeds.draft import Draft
from shared.feeds.plan import Plan, compile_plan
from shared.feeds.refusals import explain
from shared.feeds.subjects import SUBJECTS, Subject
from shared.feeds.texts import fault
from shared.privacy import PersonKeys, Sealer

_PLANS: Mapping[str, tuple[Plan, Plan]] = MappingProxyType(
    {feed.name: (compile_plan(feed.model), compile_plan(feed.retract_model)) for feed in FEEDS.values()}
)
_SHANGHAI = timedelta(hours=8)
_EPOCH = date(1970, 1, 1)
_DAY_US = 86_400_000_000


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
        now, today = clock.now(), clock.today()
        run = _Run(feed, self, now + CLOCK_SLACK, today)
        return [run.one(index, raw) for index, raw in enumerate(records, first)]

    def subject(self, feed: Feed, draft: Draft, *, retract: bool) -> Subject | None:
        """Whom the record is about; None after refusing it in the draft."""
        return SUBJECTS[feed.subject](draft, self._keys, self._bus, retract)

    def digest(self, text: str, data: bytes) -> bytes:
        """16 keyed bytes over a record's canonical content: equal content, equal digest."""
        keyed = self._digest.copy()
        keyed.update(text.encode())
        keyed.update(data)
        return keyed.digest()


class _Run:
    """One batch of one feed: what is the same for all its records."""

    __slots__ = ("feed", "latest", "preparer", "retract", "today", "upsert")

    def __init__(self, feed: Feed, preparer: Preparer, latest: datetime, today: date) -> None:
        self.feed = feed
        self.preparer = preparer
        self.latest = latest
        self.today = today
        self.upsert, self.retract = _PLANS[feed.name]

    def one(self, index: int, raw: Any) -> Prepared | Refused:
        """Take or refuse one record."""
        if not isinstance(raw, dict):
            return self._no_object(index, raw)
        retract = raw.get("op") == "retract"
        plan = self.retract if retract else self.upsert
        at = f"/records/{index}"
        try:
            values = plan.validate(raw).__dict__
        except ValidationError as error:
            return self._misshapen(index, raw, plan, error)
        draft = Draft(at, values, plan.titles, self.today)
        self._check_fields(draft, plan)
        version = read_instant(draft, "source_updated_at", values["source_updated_at"], self.latest)
        subject = self.preparer.subject(self.feed, draft, retract=retract)
        if not draft.errors and not retract:
            self.feed.check(draft)
        if draft.errors or version is None or subject is None:
            return Refused(index, source_id_of(raw, draft.errors), draft.errors, serialisable(raw))
        return self._finish(index, draft, plan, version, subject)

    def _check_fields(self, draft: Draft, plan: Plan) -> None:
        values = draft.values
        if plan.money:
            amounts(draft, plan.money)
        for field, check in plan.checks:
            value = values[field]
            if value is not None:
                check(draft, field, value)

    def _finish(self, index: int, draft: Draft, plan: Plan, version: tuple[int, str], subject: Subject) -> Prepared:
        values = draft.values
        effective_on, stated = self._effective_on(values, version[0])
        extra = subject.data or {}
        data = {name: value for name in plan.data if (value := values[name]) is not None and name not in extra}
        plain = orjson.dumps(data)
        op, division = values["op"], values.get("division_code")
        digest = self.preparer.digest(f"{op}\x1f{subject.content}\x1f{stated or ''}\x1f{division or ''}\x1f", plain)
        public = orjson.dumps({**data, **extra}) if extra else plain
        return Prepared(
            index, values["source_id"], version[0], version[1], op, effective_on, subject.key, subject.household_no,
            division, subject.key or subject.household_no or "", public, digest, subject.identities, draft.notes,
        )  # fmt: skip

    def _effective_on(self, values: dict[str, Any], version: int) -> tuple[date | None, str | None]:
        """The day, and the text of it where it says more than the default does (defaults are no content)."""
        if values["op"] == "retract":
            return None, None
        own, given = self.feed.own_date(values), values["effective_on"]
        if given is not None and given != own:
            return read_day(given), given
        if own is not None:
            return read_day(own), None
        return _EPOCH + timedelta(days=(version + 8 * 3_600_000_000) // _DAY_US), None

    def _no_object(self, index: int, raw: Any) -> Refused:
        code, text = fault("not_an_object")
        error: FieldError = {
            "pointer": f"/records/{index}",
            "code": code,
            "message": f"第 {index + 1} 条记录{text}",
            "value_masked": None,
        }
        return Refused(index, None, [error], serialisable(raw))

    def _misshapen(self, index: int, raw: dict[str, Any], plan: Plan, error: ValidationError) -> Refused:
        """Name every fault of shape, then what can be said of the fields whose shape is right: all at once, so that a
        clerk corrects a record once."""
        draft = Draft(f"/records/{index}", dict(raw), plan.titles, self.today)
        explain(error, draft, plan.model, self.upsert.titles)
        wrong = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
        known = plan.model.model_fields
        draft.values = {name: None if name in wrong else raw.get(name) for name in known}
        self._check_fields(draft, plan)
        if (moment := draft.values["source_updated_at"]) is not None:
            read_instant(draft, "source_updated_at", moment, self.latest)
        self.preparer.subject(self.feed, draft, retract=plan is self.retract)
        return Refused(index, source_id_of(raw, draft.errors), draft.errors, serialisable(raw))


def source_id_of(raw: Mapping[str, Any], errors: Sequence[FieldError]) -> str | None:
    """The record's own key for the receipt, unless it is itself what is wrong."""
    value = raw.get("source_id")
    if not isinstance(value, str) or any(error["pointer"].endswith("/source_id") for error in errors):
        return None
    return value
