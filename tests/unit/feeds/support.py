"""A preparer with fixed keys, and complete records to spoil."""

from __future__ import annotations

import base64
from typing import Any

from shared.feeds import catalogue
from shared.feeds.domain import Feed, Prepared, Refused
from shared.feeds.prepare import Preparer
from shared.privacy import PersonKeys, Sealer

_KEY = "k1:" + base64.b64encode(bytes(range(32))).decode()
KEYS = PersonKeys.from_spec(_KEY)
BUS = Sealer.from_spec(_KEY)
PREPARER = Preparer(KEYS, BUS)
SETTLEMENT = catalogue.get("medical-insurance", "settlement")
ENROLMENT = catalogue.get("medical-insurance", "enrolment")
APPRAISAL = catalogue.get("housing", "dwelling-appraisal")
RENOVATION = catalogue.get("housing", "dwelling-renovation")
HOUSEHOLD = catalogue.get("rural-revitalization", "household")


def example(feed: Feed, /, **changes: Any) -> dict[str, Any]:
    """The catalogue's example with fields replaced; a field given as `...` is left out."""
    record = {**feed.examples[0], **changes}
    return {name: value for name, value in record.items() if value is not ...}


def one(feed: Feed, /, **changes: Any) -> Prepared | Refused:
    """What becomes of the changed example."""
    return PREPARER.records(feed, [example(feed, **changes)])[0]


def taken(feed: Feed, /, **changes: Any) -> Prepared:
    """The changed example, which must be taken."""
    result = one(feed, **changes)
    assert isinstance(result, Prepared), result
    return result


def refused(feed: Feed, /, **changes: Any) -> list[tuple[str, str]]:
    """(pointer, code) of each error of the changed example, which must be refused."""
    result = one(feed, **changes)
    assert isinstance(result, Refused), result
    return [(error["pointer"].removeprefix("/records/0/"), error["code"]) for error in result.errors]
