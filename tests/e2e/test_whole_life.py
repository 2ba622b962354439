"""The whole life of an asset through the processes from outside, its days turned by the development stack's clock:
funds → project → asset → rights → upkeep → income → plan → decision → notice → approval → payment to households →
a household leaves → the next plan asks → income stops → C01 rises in screening → disposal → proceeds spent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.factories import people
from tests.support.live import Live, wait_until
from tests.support.turned import Turned

BANNER, CITY, TOWNSHIP = "150625000000", "150600000000", "150625100000"
A_YEAR_HOURS = 9_000
STAYS, LEAVES = people.household_no(1), people.household_no(2)
"""A lifted household, and one that is monitored until its risk is removed."""
COLLECTIVE = {"kind": "collective", "key": "N2150625MF01234568"}
MINUTES: dict[str, Any] = {"of": "members", "members_total": 96, "present": 80, "in_favour": 75, "against": 5}
TOLD = {
    "project.registered": 1, "asset.registered": 1, "right.confirmed": 2, "income.distributed": 3, "income.stopped": 1,
    "asset.disposed": 1,
}  # fmt: skip
"""How many events of each type a life makes."""
PROJECT = {
    "code": "HJ-2023-0017", "name": "锡尼镇肉羊养殖合作社圈舍建设项目", "year": 2023,
    "kind": "farming_processing_services", "status": "accepted", "division_code": BANNER,
    "owner_department": "杭锦旗农牧局", "total": "1500000.01", "accepted_on": "2023-11-20",
    "funds": [{"source": "central_fiscal", "amount": "1200000.01"}, {"source": "banner_fiscal", "amount": "300000.00"}],
}  # fmt: skip
ASSET = {
    "code": "HJ-2023-0017-01", "name": "锡尼镇肉羊养殖棚圈", "asset_class": "operating", "form": "fixed",
    "division_code": TOWNSHIP, "place": "锡尼镇阿斯尔嘎查", "quantity": "12", "unit": "座",
    "original_value": "1200000.00", "useful_life_years": 15, "real_estate": False, "acquired_on": "2023-11-20",
    "operation_plan": "由嘎查集体经济组织发包，承包期三年。", "risk_controls": "承包人缴纳一年租金的保证金。",
    "document": "杭农牧验〔2023〕17号",
}  # fmt: skip


class People:
    """A clerk of the banner, the city's approver, and the asset that they write on."""

    def __init__(self, live: Live, turned: Turned) -> None:
        self.live, self.turned, self.path = live, turned, ""
        self.clerk = self._client("asset_clerk", BANNER)
        self.approver = self._client("asset_approver", CITY)

    def _client(self, role: str, division: str) -> httpx.Client:
        token = self.live.stack.issuer.sign(role, division=division, hours=A_YEAR_HOURS)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.live.url("assets", ""), headers=headers, timeout=30, trust_env=False)

    def write(self, day: str, step: str, *, by: httpx.Client | None = None, **said: Any) -> dict[str, Any]:
        """An entry on the day on which it holds, with the clock turned to that day."""
        answer = self._post(day, step, by or self.clerk, said)
        assert answer.status_code == 201, answer.text
        written: dict[str, Any] = answer.json()
        return written

    def refused(self, day: str, step: str, **said: Any) -> set[str]:
        """The codes with which an entry is refused."""
        answer = self._post(day, step, self.clerk, said)
        assert answer.status_code == 422, answer.text
        assert "依据" in answer.json()["detail"]
        return {error["code"] for error in answer.json()["errors"]}

    def _post(self, day: str, step: str, by: httpx.Client, said: dict[str, Any]) -> httpx.Response:
        self.turned.to(day)
        return by.post(f"{self.path}/{step}", json={"holds_on": day, "document": "有关文件", **said})

    def read(self, path: str, **params: Any) -> dict[str, Any]:
        """What the clerk sees; `path` beginning with a slash is whole, another one is of the asset."""
        answer = self.clerk.get(path if path.startswith("/") else f"{self.path}/{path}".rstrip("/"), params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def close(self) -> None:
        self.clerk.close()
        self.approver.close()


@pytest.fixture
def turned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turned]:
    with Turned.begin(tmp_path / "clock", "2026-01-05") as found:
        monkeypatch.setenv("XIANJIE_CLOCK_FILE", str(found.file))
        yield found


@pytest.fixture
def whole(turned: Turned, tmp_path: Path) -> Iterator[People]:
    live = Live.start(tmp_path / "data")
    live.client.headers["Authorization"] = f"Bearer {live.stack.issuer.sign('developer', hours=A_YEAR_HOURS)}"
    found = People(live, turned)
    yield found
    found.close()
    live.close()


def test_a_whole_life(whole: People) -> None:
    households_come(whole)
    built(whole)
    earned(whole)
    first = planned(whole, ["2026-01-05", "2026-01-15", "2026-01-16", "2026-01-26", "2026-01-27", "2026-01-28"], [
        {"line_id": "1", "purpose": "works", "amount": "40000.00", "use": "water"},
        {"line_id": "2", "purpose": "post", "amount": "12000.00", "household_no": STAYS, "basis": "post",
         "reference": "护水员"},
        {"line_id": "3", "purpose": "direct", "amount": "8000.00", "household_no": LEAVES, "basis": "hardship",
         "reference": "个案2026-001：主要劳动力住院"},
    ], "60000.00")  # fmt: skip
    paid(whole, first, "2026-01-29", {STAYS: "12000.00", LEAVES: "8000.00"})
    leaves(whole, first)
    second = answered_for(whole)
    paid(whole, second, "2026-04-01", {STAYS: "19000.00"})
    stops(whole, second)
    disposed(whole)
    told_whole(whole)


def households_come(whole: People) -> None:
    """Departments push a lifted household and a monitored one; what they count as reaches the ledger over the bus."""
    live = whole.live
    feed = "rural-revitalization/household"
    assert live.push(feed, [people.household(1, [10, 11]), people.household(2, [20], lifted=False)]).is_success
    assert live.push("rural-revitalization/monitored-household", [monitored(days_ago=60)]).is_success
    known = "SELECT count(DISTINCT household_no) FROM household_status WHERE base_status = 'lifted' OR monitored"
    wait_until(lambda: live.count("assets", known) == 2, what="both households are known to the ledger")


def monitored(*, days_ago: int, **said: Any) -> dict[str, Any]:
    return {
        "source_id": "JC-1", "source_updated_at": people.at(days_ago), "household_no": LEAVES,
        "monitored_kind": "sudden", "identified_month": "2025-10", "risk_types": ["illness"], "state": "monitored",
        **said,
    }  # fmt: skip


def built(whole: People) -> None:
    """Project, asset, rights, upkeep: back-dated to when they were."""
    project = whole.clerk.post("/v1/projects", json=PROJECT)
    assert project.status_code == 201, project.text
    asset = whole.clerk.post("/v1/assets", json={**ASSET, "project_id": project.json()["project_id"]})
    assert asset.status_code == 201, asset.text
    whole.path = asset.headers["location"]
    day = "2024-01-01"
    for right in ("ownership", "income"):
        shares = [{**COLLECTIVE, "share": "1"}]
        entry = {"holds_on": day, "document": "杭确权〔2024〕3号", "right": right, "shares": shares}
        assert whole.clerk.post(f"{whole.path}/rights/confirmations", json=entry).status_code == 201
    held = {one["right"]: one["shares"] for one in whole.read("rights")["rights"]}
    assert held == {right: [{**COLLECTIVE, "share": "1"}] for right in ("ownership", "income")}
    whole.write("2026-01-05", "custody", mode="unit", unit="锡尼镇阿斯尔嘎查", post="资产管护员",
                duties="每季度巡查棚圈和围栏。", interval_days=90, funds="3600.00")  # fmt: skip
    whole.write("2026-01-05", "inspections", result="good", note="围栏、棚圈完好")
    assert whole.read("upkeep")["inspected_on"] == "2026-01-05"


def earned(whole: People) -> None:
    due: dict[str, Any] = {
        "due_id": "2025",
        "period": "2025",
        "kind": "rent",
        "amount": "79000.00",
        "contract": "锡农承〔2023〕6号",
    }
    whole.write("2026-01-05", "income/dues", due_on="2025-12-20", **due)
    whole.write("2026-01-05", "income/receipts", due_id="2025", amount="79000.00")


def planned(whole: People, days: list[str], lines: list[dict[str, Any]], amount: str) -> str:
    """A plan from its draft to its approval; nothing is paid before that."""
    drafted, decided, noticed, ends, reviewed, approved = days
    made = whole.write(drafted, "plans", period="2025", amount=amount, opened_on=drafted, lines=lines)
    plan: dict[str, Any] = {"plan_id": made["body"]["plan_id"]}
    whole.write(decided, "plans/decisions", **plan, **MINUTES)
    whole.write(noticed, "plans/notices", **plan, until=ends, place="嘎查公示栏")
    whole.write(reviewed, "plans/reviews", **plan, unit="锡尼镇人民政府")
    assert whole.refused(approved, "plans/payments", **plan) == {"not_approved"}
    whole.write(approved, "plans/approvals", by=whole.approver, **plan)
    return str(plan["plan_id"])


def paid(whole: People, plan_id: str, day: str, households: dict[str, str]) -> None:
    """Paid twice is paid once; every household has what it should, all plans together."""
    for _ in range(2):
        assert whole.write(day, "plans/payments", plan_id=plan_id)["state"] == "paid"
    for household_no, amount in households.items():
        items = whole.read(f"/v1/households/{household_no}/asset-benefits")["items"]
        assert sum(Decimal(one["paid"]) for one in items) == Decimal(amount)
    held = whole.read("income")["held"]
    assert Decimal(held["received"]) - Decimal(held["paid"]) == Decimal(held["in_hand"])


def leaves(whole: People, plan_id: str) -> None:
    """The risk of the monitored household is removed: the plan that pays it is marked, and nothing else happens."""
    assert whole.read("/v1/plans", marked=True)["items"] == []
    whole.turned.to("2026-03-02")
    gone = monitored(days_ago=0, state="removed", removal_way="assisted", removed_month="2026-02")
    answer = whole.live.push("rural-revitalization/monitored-household", [gone])
    assert answer.is_success, answer.text
    wait_until(lambda: bool(whole.read("/v1/plans", marked=True)["items"]), what="the plan is marked")
    (plan,) = whole.read("/v1/plans", marked=True)["items"]
    assert (plan["plan_id"], plan["marked"], plan["state"]) == (plan_id, [LEAVES], "paid")


def answered_for(whole: People) -> str:
    """The next plan asks for a decision on the household that left; it is left out."""
    post = {"line_id": "1", "purpose": "post", "amount": "7000.00", "household_no": STAYS, "basis": "post",
            "reference": "护水员"}  # fmt: skip
    works = {"line_id": "2", "purpose": "works", "amount": "12000.00", "use": "roads"}
    still = {**post, "line_id": "3", "amount": "1.00", "household_no": LEAVES}
    said: dict[str, Any] = {"period": "2025", "opened_on": "2026-03-03"}
    asked = whole.refused("2026-03-03", "plans", **said, amount="8.00", lines=[{**post, "amount": "7.00"}, still])
    assert asked == {"beneficiary_decision_missing"}
    days = ["2026-03-03", "2026-03-13", "2026-03-14", "2026-03-24", "2026-03-25", "2026-03-31"]
    return planned(whole, days, [post, works], "19000.00")


def stops(whole: People, plan_id: str) -> None:
    """Rent that does not come: told once, with the households last paid; screening warns of them and nobody else."""
    live = whole.live
    due: dict[str, Any] = {
        "due_id": "2026",
        "period": "2026",
        "kind": "rent",
        "amount": "72000.00",
        "contract": "锡农承〔2023〕6号",
    }
    whole.write("2026-04-02", "income/dues", due_on="2026-06-30", **due)
    whole.turned.to("2026-07-31")
    live.kill("assets worker")  # it looks at once when it is back, and tells what it would have told
    wait_until(lambda: bool(c01(live)), 60, what="C01")
    assert c01(live) == [STAYS]
    (stop,) = events(live, "income.stopped")
    assert (stop["reason"], stop["plan_id"], stop["households"]) == ("overdue", plan_id, [STAYS])
    findings = whole.read("/v1/findings", code="income_overdue")["items"]
    assert [(one["asset_name"], one["state"]) for one in findings] == [(ASSET["name"], "open")]


def c01(live: Live) -> list[str]:
    """Whom screening warns of for C01."""
    return [one["household_no"] for one in live.get("screening", "/v1/warnings", rule="C01")["items"]]


def events(live: Live, kind: str) -> list[dict[str, Any]]:
    """What the bus has been told by the ledger of one type, in order."""
    said = "SELECT value FROM outbox WHERE published_at IS NOT NULL AND type = $1 ORDER BY id"
    return [orjson.loads(row["value"]) for row in live.ask("assets", said, f"xianjie.{kind}.v1")]


def disposed(whole: People) -> None:
    """Asked for, appraised, decided, shown, approved by the city, done once; its proceeds tracked to the last fen."""
    whole.write("2026-08-03", "disposal/proposals", reason="end_of_life", explanation="棚圈已不能修缮")
    whole.write("2026-08-05", "disposal/appraisals", amount="120000.00", appraiser="某资产评估事务所")
    whole.write("2026-08-10", "disposal/decisions", **MINUTES)
    whole.write("2026-08-11", "disposal/notices", until="2026-08-21", place="嘎查公示栏")
    assert whole.refused("2026-08-22", "disposal/completions", way="公开转让") == {"disposed_without_approval"}
    whole.write("2026-08-24", "disposal/approvals", by=whole.approver)
    whole.write("2026-08-26", "disposal/completions", way="公开转让", receiver="某养殖公司")
    whole.write("2026-08-28", "disposal/proceeds", amount="130000.01")
    use: dict[str, Any] = {"use_id": "1", "use": "revitalisation", "purpose": "新建饲草料库", "amount": "130000.01"}
    whole.write("2026-09-01", "disposal/assignments", **use)
    for day, amount in (("2026-09-10", "100000.00"), ("2026-10-10", "30000.01")):
        whole.write(day, "disposal/spendings", use_id="1", amount=amount)
    ended = whole.read("disposal")
    assert (ended["level"], ended["unassigned"], ended["unspent"]) == ("city", "0.00", "0.00")


def told_whole(whole: People) -> None:
    """One call tells all of it; any past day is still there; the bus heard each thing once."""
    history = whole.read("history")
    assert history["asset"]["state"] == "disposed"
    days = [one["holds_on"] for one in history["entries"]]
    assert (days, days[0], days[-1]) == (sorted(days), "2023-11-20", "2026-10-10")
    assert [one["told"] for one in history["entries"] if one["kind"] == "plan_paid"] == [
        "支付：第 1 行 40,000.00 元", "支付：第 2 行 12,000.00 元", "支付：第 3 行 8,000.00 元",
        "支付：第 1 行 7,000.00 元", "支付：第 2 行 12,000.00 元",
    ]  # fmt: skip
    assert whole.read("", as_of="2026-03-01")["state"] == "in_use"
    assert whole.read("income", as_of="2026-01-28")["held"]["in_hand"] == "79000.00"
    totals = whole.read("/v1/totals")
    assert (totals["whole"]["value"], totals["whole"]["disposed_value"]) == ("0.00", "1200000.00")
    assert totals["not_capitalised"] == "300000.01"
    waiting = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    wait_until(lambda: whole.live.count("assets", waiting) == 0, what="all of it is told")
    for kind, times in TOLD.items():
        assert len(events(whole.live, kind)) == times, kind
