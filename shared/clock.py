"""The one clock (时钟). Everything that asks for the time asks here, so that tests and the
development stack can move it with a file and a sweep can be run as of any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_file: Path | None = None


def follow(file: Path | None) -> None:
    """Read the time from `file` (one ISO instant) from now on; None means the machine's clock.

    Whether a clock file is allowed at all is decided in `shared.settings`.
    """
    global _file  # one clock a process: passing it through every call would hide nothing
    _file = file


def now() -> datetime:
    """The present instant in UTC."""
    if _file is not None:
        return datetime.fromisoformat(_file.read_text().strip()).astimezone(UTC)
    return datetime.now(UTC)


def today() -> date:
    """The business date: today in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def business_date(instant: datetime) -> date:
    """The Asia/Shanghai date of an instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """The first instant of `day` in Shanghai, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last microsecond of `day` in Shanghai, in UTC: what a bare date means as `known_at`."""
    return start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)
