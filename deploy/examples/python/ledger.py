"""What a consumer keeps of the warnings: one SQLite file, in which effect and progress are one transaction.

A change may arrive again (after a crash, a rebalance, a redelivery) and by another way. Two numbers make
its effect happen once and in order: `event_id` (the `ce_id` of a message, the `webhook-id` of a webhook) says
whether this change was had already; `household_seq`, which counts a household's changes from 1 without a
gap, says whether everything before it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

_TABLES = """
CREATE TABLE IF NOT EXISTS change (
    event_id TEXT PRIMARY KEY, household_no TEXT NOT NULL, household_seq INTEGER NOT NULL, type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS household (household_no TEXT PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS warning (
    warning_id TEXT PRIMARY KEY, household_no TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL);
"""


class Change(NamedTuple):
    """A change of a warning, by whatever way it came; `warning` is the warning after it."""

    event_id: str
    type: str
    household_seq: int
    warning: dict[str, Any]


class GapError(Exception):
    """A change of this household before this one is missing: going on would lose it in silence."""

    def __init__(self, change: Change, last: int) -> None:
        household = change.warning["household_no"]
        super().__init__(f"户 {household} 的变更由 {last} 跳到 {change.household_seq}，中间有遗漏")
        self.event_id = change.event_id


class Ledger:
    """The file at `path`, made when it is not there."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def take(self, changes: Iterable[Change], *, filtered: bool = False) -> int:
        """Take changes in this order, all of them or none; how many were new.

        `filtered`: the way shows a part of each household's changes only, so that numbers may be left out.
        GapError otherwise when one is.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            new = sum(self._take(change, filtered=filtered) for change in changes)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return new

    def _take(self, change: Change, *, filtered: bool) -> bool:
        household = change.warning["household_no"]
        if self._db.execute("SELECT 1 FROM change WHERE event_id = ?", (change.event_id,)).fetchone():
            return False  # had already
        row = self._db.execute("SELECT seq FROM household WHERE household_no = ?", (household,)).fetchone()
        if row is not None and change.household_seq <= row[0]:
            return False  # from before the point where we began: what stands is newer
        if row is not None and change.household_seq != row[0] + 1 and not filtered:
            raise GapError(change, row[0])
        self._db.execute(
            "INSERT INTO change VALUES (?, ?, ?, ?)", (change.event_id, household, change.household_seq, change.type)
        )
        self._db.execute(
            "INSERT INTO household VALUES (?, ?) ON CONFLICT (household_no) DO UPDATE SET seq = excluded.seq",
            (household, change.household_seq),
        )
        self._effect(change, household)
        return True

    def _effect(self, change: Change, household: str) -> None:
        """What this consumer does with a change: here, keep the warning. Put yours here, in the same transaction;
        what leaves the database (a text message) goes into a table from which it is sent under `event_id`."""
        self._db.execute(
            "INSERT INTO warning VALUES (?, ?, ?, ?)"
            " ON CONFLICT (warning_id) DO UPDATE SET seq = excluded.seq, body = excluded.body",
            (
                *(change.warning["warning_id"], household, change.household_seq),
                json.dumps(change.warning, ensure_ascii=False),
            ),
        )
