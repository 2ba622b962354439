"""How the sample's ledger is sent: plans by the number that the ledger gives them, refusals told, nothing twice."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from services.local import ledger
from services.local.errors import LocalError
from services.local.interrupt import Interrupt, Interrupted
from shared.sample import generate
from shared.sample.assets import AssetSample, Step

PLAN = {"holds_on": "2026-01-10"}


class Ledger:
    """The service as one person sees it; `refuses` are paths at which it says no."""

    def __init__(self, *refuses: str) -> None:
        self.refuses = refuses
        self.sent: list[tuple[str, str | None, Any]] = []
        self._turn = threading.Lock()

    def get(self, service: str, path: str, **query: Any) -> Any:
        """Nothing is there yet."""
        assert (service, path, query) == ("assets", "/v1/totals", {})
        return {"by_class": []}

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """Keeps what was sent; a plan is given the number of its path."""
        assert service == "assets"
        if path in self.refuses:
            raise LocalError("不行")
        with self._turn:
            self.sent.append((path, key, body))
        return {"body": {"plan_id": f"number of {path}"}}

    def send(self, service: str, path: str, content: bytes, key: str) -> Any:
        """Takes every row but the second."""
        assert (service, key[:2]) == ("assets", "m-")
        codes = [line.split(",")[1 if "assets" in path else 0] for line in content.decode("utf-8-sig").splitlines()[1:]]
        rows: list[dict[str, Any]] = [{"code": code, "id": f"id-{code}", "errors": []} for code in codes]
        rows[1] = {"code": codes[1], "id": None, "errors": [{"message": "第 3 行不行"}]}
        return {"accepted": len(rows) - 1, "duplicate": 0, "rows": rows}


@pytest.fixture
def interrupt() -> Iterator[Interrupt]:
    one = Interrupt()
    yield one
    one.release()


def life(code: str) -> list[Step]:
    return [
        Step(code, "/custody", {}),
        Step(code, "/plans", PLAN, plan="p"),
        Step(code, "/plans/approvals", PLAN, "approver", "p"),
    ]


def test_a_plans_steps_name_it_and_another_person_approves(interrupt: Interrupt) -> None:
    clerk, approver = Ledger(), Ledger()
    people = {"clerk": clerk, "approver": approver}
    ids = {"A": "1", "B": "2"}
    pushed = ledger.live(people, [*life("A"), *life("B")], ids, "m", interrupt)
    assert (pushed.counts, pushed.differences) == ({"entries": 4, "plans": 2}, [])
    assert sorted(path for path, _, _ in clerk.sent) == [
        "/v1/assets/1/custody", "/v1/assets/1/plans", "/v1/assets/2/custody", "/v1/assets/2/plans",
    ]  # fmt: skip
    assert sorted((path, body["plan_id"]) for path, _, body in approver.sent) == [
        ("/v1/assets/1/plans/approvals", "number of /v1/assets/1/plans"),
        ("/v1/assets/2/plans/approvals", "number of /v1/assets/2/plans"),
    ]
    again = Ledger()
    ledger.live({"clerk": again, "approver": again}, [*life("A"), *life("B")], ids, "m", interrupt)
    keys = sorted(str(key) for _, key, _ in [*clerk.sent, *approver.sent])
    assert sorted(str(key) for _, key, _ in again.sent) == keys
    assert len(set(keys)) == len(keys)


def test_a_refusal_ends_that_assets_life_and_is_told(interrupt: Interrupt) -> None:
    clerk = Ledger("/v1/assets/1/plans")
    pushed = ledger.live(
        {"clerk": clerk, "approver": clerk}, [*life("A"), *life("B")], {"A": "1", "B": "2"}, "m", interrupt
    )
    assert pushed.differences == ["A /plans：不行"]
    assert pushed.counts == {"entries": 3, "plans": 1}


def test_rows_that_are_refused_are_told_and_have_no_id() -> None:
    sample = AssetSample(generate(4, 1, date(2026, 11, 20)))
    clerk = Ledger()
    ids, pushed = ledger.register({"clerk": clerk, "approver": clerk}, sample, "m")
    assert pushed.differences == ["第 3 行不行"] * 2
    assert pushed.counts == {"projects": len(sample.projects) - 1, "assets": len(sample.assets) - 1}
    assert sample.assets[1].code not in ids
    assert ids[sample.assets[0].code] == f"id-{sample.assets[0].code}"


def test_a_ledger_that_adds_up_otherwise_is_told() -> None:
    sample = AssetSample(generate(4, 1, date(2026, 11, 20)))
    told = ledger.compared(Ledger(), sample)
    assert len(told) == 3
    count, value = ledger.sums(sample.assets)["operating"]
    assert f"资产 operating：台账 0 项 0.00 元，样例 {count} 项 {value // 100}.00 元" in told


def test_ctrl_c_stops_it(interrupt: Interrupt) -> None:
    clerk = Ledger()
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(Interrupted):
        ledger.live({"clerk": clerk, "approver": clerk}, life("A"), {"A": "1"}, "m", interrupt)
    assert clerk.sent == []
