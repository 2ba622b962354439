"""How `xianjie up` sends the sample's observations: two people, and the same when it is done again."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from services.indicators.observations.files import rows
from services.indicators.observations.schemas import ObservationIn
from services.local import observing
from services.local.interrupt import Interrupt
from shared.sample.observing import observations


class Indicators:
    """The service as both people see it: every third observation waits for the other person."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}

    def get(self, service: str, path: str, **query: Any) -> Any:
        """Two waiting ones a page, one of them somebody else's."""
        assert (service, path, query["state"]) == ("indicators", "/v1/observations", "proposed")
        waiting = [{**one, "submitted_by": "sample-owner"} for one in self.kept if one["state"] == "proposed"]
        waiting.insert(1, {"observation_id": "other", "submitted_by": "clerk"})
        start = int(query.get("after", 0))
        more = start + 2 < len(waiting)
        return {"items": waiting[start : start + 2], "next": str(start + 2) if more else None}

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """Takes a body once a key; approves what waits."""
        assert service == "indicators"
        if key is None:
            number = int(path.removeprefix("/v1/observations/").removesuffix("/approval"))
            assert self.kept[number]["state"] == "proposed"
            self.kept[number]["state"] = "approved"
            return {}
        if key not in self.answers:
            items = []
            for _ in body["observations"]:
                outcome = "accepted" if len(self.kept) % 500 else "proposed"
                self.kept.append({"observation_id": str(len(self.kept)), "state": outcome})
                items.append({"outcome": outcome})
            self.answers[key] = {"items": items}
        return self.answers[key]


def test_everything_is_sent_once_and_everything_of_the_sample_is_checked() -> None:
    indicators, console, interrupt = Indicators(), Console(file=StringIO()), Interrupt()
    try:
        first = observing.push(indicators, indicators, date(2026, 11, 28), console, interrupt)
        again = observing.push(indicators, indicators, date(2026, 11, 28), console, interrupt)
    finally:
        interrupt.release()
    total = len(list(observations(2026)))
    assert len(indicators.kept) == total
    assert first == {"accepted": total - first["approved"], "proposed": first["approved"], "approved": 12}
    assert "approved" not in again, "what was checked is not checked again"


def test_the_same_observations_stand_in_a_file_that_the_template_reads(tmp_path: Path) -> None:
    count = observing.write(tmp_path, date(2026, 11, 28))
    read = rows.read((tmp_path / observing.FILE).read_bytes(), observing.FILE)
    sent = [ObservationIn.model_validate(one).draft() for one in observations(2026)]
    assert (count, read.drafts) == (len(sent), sent)
