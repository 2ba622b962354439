"""The sample's observations: over REST as people send them, one enters and another checks; or as a file.

Every body carries an idempotency key, and what is checked is what waits: an interrupted push is simply sent again.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console

from services.indicators.observations.spots import TITLES
from services.local.interrupt import Interrupt
from shared.sample.observing import Observed, observations

PEOPLE = (("indicator_owner", "sample-owner"), ("indicator_checker", "sample-checker"))
"""Role and name of who enters and of who checks."""
FILE = "指标观测值.csv"
_BODY = 1_000
_PLACE = "/v1/observations"


class Asked(Protocol):
    """The services as one person sees them."""

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The answer to a question."""

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """The answer to what was sent."""


def write(folder: Path, as_of: date) -> int:
    """Write the observations up to the year of `as_of` into `folder` as the template's CSV, for
    `POST /v1/observations/files`; how many."""
    found = list(observations(as_of.year))
    with (folder / FILE).open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.DictWriter(out, list(TITLES))
        rows.writerow(TITLES)
        rows.writerows(found)
    return len(found)


def push(maker: Asked, checker: Asked, as_of: date, console: Console, interrupt: Interrupt) -> dict[str, int]:
    """Send the observations up to the year of `as_of` and check them; how many by outcome, and how many approved."""
    said: Counter[str] = Counter()
    with console.status("正在填报样例观测值 …"):
        for index, body in enumerate(_bodies(observations(as_of.year))):
            interrupt.check()
            answer = maker.post("indicators", _PLACE, {"observations": body}, f"sample-observations-{as_of}-{index}")
            said.update(item["outcome"] for item in answer["items"])
        for observation_id in _waiting(checker):
            interrupt.check()
            checker.post("indicators", f"{_PLACE}/{observation_id}/approval", {"note": "样例，自动审核"})
            said["approved"] += 1
    console.print(
        f"样例观测值 {sum(said.values()) - said['approved']} 个已填报，其中 {said['approved']} 个经另一人审核。"
    )
    return dict(said)


def _bodies(found: Iterator[Observed]) -> Iterator[Sequence[Observed]]:
    while body := list(islice(found, _BODY)):
        yield body


def _waiting(checker: Asked) -> list[str]:
    """Everything of the sample that waits."""
    found: list[str] = []
    after: str | None = None
    while True:
        query = {"state": "proposed", "limit": 500, **({"after": after} if after else {})}
        page = checker.get("indicators", _PLACE, **query)
        found += [item["observation_id"] for item in page["items"] if item["submitted_by"] == PEOPLE[0][1]]
        after = page["next"]
        if after is None:
            return found
