"""An assets API behind a socket with a ledger in it, for the browser: one asset with a whole life, one disposed of,
some with findings, and enough of them for a second page. Everything that needs an event loop runs in a thread of its
own: the browser's loop may be running in this one."""

from __future__ import annotations

import asyncio
import os
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from services.assets.beneficiaries import service as beneficiaries
from services.assets.findings import service as findings
from services.local.ports import free_port
from services.local.postgres import Postgres
from shared import clock
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.events.households import HouseholdStatusChangedV1
from shared.http.issuer import DevIssuer
from tests.bench.ingest_stack import serve
from tests.browser import board_site
from tests.browser.workbench_site import wait_for
from tests.integration.assets.conftest import BANNER, project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_disposal import STEPS
from tests.integration.assets.test_rights import COLLECTIVE, confirmed

TODAY = date(2026, 11, 26)
DALAD, TOWNSHIP = "150621000000", "150621100000"
HOUSEHOLDS = tuple(f"1506251002010000{n}" for n in range(17, 21))
MANY = 55
"""More assets than one page of the list shows."""


@dataclass(frozen=True)
class Site(board_site.Site):
    """Where it listens, who signs tokens, and the assets by a short name."""

    assets: dict[str, str] = field(default_factory=dict)

    def token(self, role: str = "asset_clerk", division: str | None = divisions.CITY) -> str:
        """A caller's."""
        return super().token(role, division)


@contextmanager
def site(postgres: Postgres, template: Callable[[str], str], folder: Path) -> Iterator[Site]:
    """The database filled, the API started; both gone afterwards. The clock stands at noon of `TODAY`."""
    clock_file, name = folder / "clock", f"assets_{uuid.uuid4().hex[:12]}"
    clock_file.write_text(datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    url = postgres.create_database(name, template("assets"))
    issuer = DevIssuer(folder / "issuer", environment="development")
    port = free_port()
    beside = {"clock_file": str(clock_file), "pepper": f"b1:{b64encode(os.urandom(32)).decode()}"}
    process = serve(url, port, issuer, beside, folder / "api.log", "assets")
    made = Site(f"http://127.0.0.1:{port}", issuer)
    try:
        wait_for(made.url, process, folder / "api.log")
        in_thread(lambda: _tell(url))
        _fill(made)
        in_thread(lambda: _look(url))
        _explain(made)
        yield made
    finally:
        process.terminate()
        process.wait(20)
        postgres.drop_database(name)
        clock.follow(None)


def in_thread(work: Callable[[], Any]) -> None:
    """Run what needs an event loop away from the browser's."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


async def _tell(url: str) -> None:
    """Screening has said of every household that it is a lifted one."""
    engine = create_engine(url, name="site")
    said = [
        HouseholdStatusChangedV1(
            household_no=one, status_seq=1, status_on=date(2025, 1, 1), base_status="lifted", monitored=False,
            members=3, known_at=clock.now(),
        )
        for one in HOUSEHOLDS
    ]  # fmt: skip
    async with transaction(engine) as conn:
        await beneficiaries.keep(conn, said)
    await engine.dispose()


async def _look(url: str) -> None:
    """What the worker does every minute."""
    engine = create_engine(url, name="site")
    async with transaction(engine) as conn:
        await findings.look(conn, TODAY)
    await engine.dispose()


class _People:
    """A clerk and an approver of the whole city at their desks."""

    def __init__(self, made: Site) -> None:
        self._made = made

    def post(self, path: str, body: dict[str, Any], who: str = "asset_clerk") -> Any:
        """The answer to what was sent; what happens to an asset rests on a paper."""
        about = {} if path in ("/v1/projects", "/v1/assets") else {"document": "原始凭证"}
        return self._answer("POST", path, {**about, **body}, who)

    def get(self, path: str) -> Any:
        """The answer to a question."""
        return self._answer("GET", path, None, "asset_clerk")

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to what was changed."""
        return self._answer("PUT", path, body, "asset_clerk")

    def _answer(self, method: str, path: str, body: dict[str, Any] | None, who: str) -> Any:
        headers = {"Authorization": f"Bearer {self._made.token(who)}"}
        answer = httpx.request(method, self._made.url + path, json=body, headers=headers, trust_env=False, timeout=60)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()


def _fill(made: Site) -> None:
    people = _People(made)
    hangjin = people.post("/v1/projects", project(total="2500000.01", funds=[
        {"source": "central_fiscal", "amount": "2000000.01"}, {"source": "paired", "amount": "500000"}]))  # fmt: skip
    dalad = people.post("/v1/projects", project(
        code="DL-2022-0003", name="树林召镇饮水安全项目", year=2022, kind="village_infrastructure", total="900000",
        division_code=DALAD, funds=[{"source": "regional_fiscal", "amount": "900000"}], accepted_on="2022-10-20",
    ))  # fmt: skip
    own = hangjin["project_id"]
    said: dict[str, dict[str, Any]] = {
        "full": asset(own, operation_plan="由嘎查发包，年租金不低于原值的6%。", risk_controls="承包保证金。"),
        "gone": asset(own, code="HJ-2023-0017-02", name="饲草料加工机组", original_value="300000", place="锡尼镇"),
        "public": asset(own, code="HJ-2023-0017-03", name="锡尼镇阿斯尔嘎查人畜饮水管网", asset_class="public",
                        original_value="400000.01", division_code="150625100201", unit="千米"),
        "home": asset(own, code="HJ-2023-0017-04", name="到户基础母羊", asset_class="household", form="biological",
                      original_value="20000", division_code="150625100201", unit="只"),
        "banner": asset(own, code="HJ-2023-0017-05", name="旗农牧局股权", form="equity", division_code=BANNER,
                        original_value="100000", equity_exit="五年后按原值退出。", equity_disposal="退出资金归嘎查。"),
    }  # fmt: skip
    for number in range(MANY):
        said[f"well-{number}"] = asset(
            dalad["project_id"], code=f"DL-2022-0003-{number:02d}", name=f"第 {number + 1} 号供水井", unit="眼",
            asset_class="public", division_code=TOWNSHIP, place="树林召镇", original_value="12345.67", quantity="1",
            acquired_on="2022-10-20",
        )  # fmt: skip
    for name, body in said.items():
        made.assets[name] = people.post("/v1/assets", body)["asset_id"]
    _full(people, f"/v1/assets/{made.assets['full']}")
    gone = f"/v1/assets/{made.assets['gone']}"
    people.post(f"{gone}/rights/confirmations", confirmed("ownership", (COLLECTIVE, "1")))
    for step, body in STEPS:
        who = "asset_approver" if step == "approvals" else "asset_clerk"
        people.post(f"{gone}/disposal/{step}", body, who)


def _explain(made: Site) -> None:
    """A clerk says what is done about a finding."""
    people = _People(made)
    (found,) = people.get(f"/v1/findings?asset_id={made.assets['home']}&code=right_unconfirmed")["items"]
    people.put(f"/v1/findings/{found['finding_id']}/explanation", {"explanation": "正在补办产权证，年内完成。"})


def _full(people: _People, path: str) -> None:
    """A life from confirmation to a second year whose rent does not come."""
    members = [({"kind": "household", "key": one}, "1/8") for one in HOUSEHOLDS]
    people.post(f"{path}/rights/confirmations", confirmed("ownership", (COLLECTIVE, "1"), on="2024-01-10"))
    people.post(f"{path}/rights/confirmations", confirmed("income", (COLLECTIVE, "1/2"), *members))
    people.post(f"{path}/supervision", {"holds_on": "2024-01-10", "units": ["杭锦旗农牧局", "锡尼镇人民政府"]})
    people.post(f"{path}/custody", {"holds_on": "2024-01-10", "mode": "unit", "unit": "阿斯尔嘎查", "post": "管护员",
                "duties": "每季度巡查，及时报修。", "interval_days": 90, "funds": "3600"})  # fmt: skip
    people.post(f"{path}/inspections", {"holds_on": "2026-11-02", "result": "damaged", "note": "东侧围栏倒塌"})
    idle = people.post(f"{path}/states", {"holds_on": "2024-05-01", "state": "idle", "reason": "承包人退出"})
    people.post(f"{path}/entries/{idle['entry_id']}/reversal", {"document": "登记到了别的棚圈"})
    for year, day in (("2024", "2025-01-10"), ("2025", "2025-12-20")):
        people.post(f"{path}/income/dues", {"holds_on": f"{year}-03-01", "due_id": year, "period": year, "kind": "rent",
                    "amount": "72000", "due_on": day, "contract": "锡农承〔2024〕6号"})  # fmt: skip
    people.post(f"{path}/income/receipts", {"holds_on": "2025-01-08", "due_id": "2024", "amount": "72000"})
    lines = [
        {"line_id": "1", "purpose": "works", "amount": "60000.01", "use": "water"},
        *({"line_id": str(n), "purpose": "post", "amount": "3999.99", "household_no": one, "basis": "post",
           "reference": "护水员"} for n, one in enumerate(HOUSEHOLDS[:3], 2)),
        {"line_id": "5", "purpose": "accumulation", "amount": "0.02", "use": "reserve"},
    ]  # fmt: skip
    plan = people.post(f"{path}/plans", {"holds_on": "2025-06-02", "period": "2024", "amount": "72000.00",
                       "opened_on": "2025-06-02", "lines": lines})  # fmt: skip
    said = {"plan_id": plan["body"]["plan_id"]}
    for step, who, body in (
        ("decisions", "asset_clerk", {"holds_on": "2025-06-14", "of": "members", "members_total": 96, "present": 80,
                                      "in_favour": 75, "against": 5}),
        ("notices", "asset_clerk", {"holds_on": "2025-06-15", "until": "2025-06-26", "place": "嘎查公示栏"}),
        ("reviews", "asset_clerk", {"holds_on": "2025-06-28", "unit": "锡尼镇人民政府"}),
        ("approvals", "asset_approver", {"holds_on": "2025-06-30"}),
        ("payments", "asset_clerk", {"holds_on": "2025-07-02"}),
        ("pay-backs", "asset_clerk", {"holds_on": "2025-07-20", "line_id": "2", "amount": "0.99"}),
    ):  # fmt: skip
        people.post(f"{path}/plans/{step}", {**said, **body}, who)


__all__ = ["BANNER", "DALAD", "TODAY", "Site", "site"]
