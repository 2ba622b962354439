"""The federation of the disabled in the sample: certificates and the two allowances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import Card, Life
from shared.sample.population import SMALL

_SEVERE = ("1", "2")
_NURSED = 0.93
_AMOUNTS_FEN = {"living": 11_000, "nursing": 12_000}
_REISSUED, _CANCELLED = 0.05, 0.01


def certificates(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Every certificate; some with another grade since, a few cancelled."""
    begins = as_of - timedelta(days=HISTORY_DAYS)
    for life in lives:
        for card in life.cards:
            again = "B1" if random.random() < _REISSUED else ""
            cancelled = card.before is None and life.family.index >= SMALL and random.random() < _CANCELLED
            born = life.family.members[card.place].born
            first = card.issued if card.before is None else max(born, card.issued - timedelta(days=2_000))
            known = max(first + timedelta(days=9), begins)
            record = _certificate(life, card, card.before or card.grade, again) | {
                "source_updated_at": at(known, random, as_of),
                "event": "issued",
                "issued_on": first.isoformat(),
            }
            yield Item(record, fixed=cancelled or card.before is not None)
            changed = max(card.issued + timedelta(days=9), known + timedelta(days=1))
            if card.before is not None:
                after = _certificate(life, card, card.grade, "") | {
                    "source_updated_at": at(changed, random, as_of),
                    "event": "changed",
                    "issued_on": card.issued.isoformat(),
                }
                yield Item(after, "corrected", 2)
            elif cancelled:
                ended = known + timedelta(days=random.randint(1, max(1, (as_of - known).days)))
                event = {"source_updated_at": at(ended, random, as_of), "event": "cancelled"}
                yield Item({**record, **event}, "corrected", 2)


def _certificate(life: Life, card: Card, grade: str, again: str) -> Record:
    person = life.family.members[card.place]
    return {
        "source_id": f"CJ-{life.family.index + 1:06d}-{card.place + 1}",
        "source_updated_at": "",
        **life.family.naming(person),
        "certificate_no": f"{person.id_number}{card.category}{grade}{again}",
        "category": card.category,
        "grade": grade,
        "event": "issued",
        "issued_on": "",
    }


def benefits(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """The living allowance of who is poor, the nursing allowance of nearly all who are severely disabled."""
    for life in lives:
        for card in life.cards:
            if life.net in ("minimum", "margin"):
                yield from _benefit(life, card, "living", random, as_of)
            if card.grade in _SEVERE and life.net != "extreme" and random.random() < _NURSED:
                yield from _benefit(life, card, "nursing", random, as_of)


def _benefit(life: Life, card: Card, benefit: str, random: Random, as_of: date) -> Iterator[Item]:
    begun = min(card.issued + timedelta(days=random.randint(10, 90)), as_of)
    known = max(begun, as_of - timedelta(days=HISTORY_DAYS))
    record: Record = {
        "source_id": f"BT-{benefit[0].upper()}-{life.family.index + 1:06d}-{card.place + 1}",
        "source_updated_at": at(known, random, as_of),
        **life.family.naming(life.family.members[card.place]),
        "benefit": benefit,
        "monthly_amount": money(_AMOUNTS_FEN[benefit]),
        "start_month": f"{begun:%Y-%m}",
    }
    ended = known < as_of - timedelta(days=60) and random.random() < 0.03
    yield Item(record, fixed=ended)
    if ended:
        day = as_of - timedelta(days=random.randint(5, 50))
        after = {"source_updated_at": at(day, random, as_of), "end_month": f"{day:%Y-%m}"}
        yield Item({**record, **after}, "corrected", 2)
