"""Random lives of an asset: candidates are drawn for random days and kept when the law lets them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.assets.entries.domain import REVERSED, Entry, standing
from services.assets.rules import RULES

BORN = date(2025, 1, 1)
ASSET = UUID(int=7)
HOLDERS = [("collective", "C1"), ("collective", "C2"), ("enterprise", "E1"), ("household", "H1"), ("household", "H2")]
SHARES = ["1", "1/2", "1/3", "2/3", "1/4", "3/4"]
SAID: dict[str, Any] = {
    "project_id": str(UUID(int=1)), "code": "A-1", "name": "棚圈", "asset_class": "operating", "form": "fixed",
    "division_code": "150625100000", "place": "锡尼镇", "quantity": "1", "unit": "座", "original_value_fen": 100_00,
    "useful_life_years": 15, "real_estate": False, "photovoltaic": False, "operation_plan": None,
    "risk_controls": None, "equity_exit": None, "equity_disposal": None,
}  # fmt: skip
_ids = count(1)


def entry(kind: str, day: date, body: dict[str, Any], by: str = "clerk", takes_back: UUID | None = None) -> Entry:
    """An entry numbered after all made before it."""
    now = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=(number := next(_ids)))
    return Entry(UUID(int=number), ASSET, kind, day, body, "文件", now, by, takes_back)


def _share(holder: tuple[str, str], share: str) -> dict[str, str]:
    return {"kind": holder[0], "key": holder[1], "share": share}


days = st.integers(0, 500).map(lambda n: BORN + timedelta(days=n))
holders = st.sampled_from(HOLDERS)
rights = st.sampled_from(["ownership", "use", "income"])
parts = st.lists(st.tuples(holders, st.sampled_from(SHARES)), min_size=1, max_size=3)
amounts = st.integers(1, 500)

confirmed = st.builds(
    lambda right, shares: ("right_confirmed", {"right": right, "shares": [_share(*one) for one in shares]}),
    rights, st.one_of(parts, st.just([(HOLDERS[0], "1/2"), (HOLDERS[1], "1/2")]), holders.map(lambda h: [(h, "1")])),
)  # fmt: skip
transferred = st.builds(
    lambda right, giver, taker, share: (
        "right_transferred",
        {"right": right, "from": _share(giver, share), "to": _share(taker, share)},
    ),
    rights, holders, holders, st.sampled_from(SHARES),
)  # fmt: skip
ended = st.builds(lambda right: ("right_ended", {"right": right}), rights)
state = st.sampled_from(["idle", "in_use"]).map(lambda s: ("state_changed", {"state": s, "reason": "说明"}))
due = st.builds(
    lambda number, fen, day: (
        "income_due",
        {"due_id": f"D{number}", "period": "2025", "kind": "rent", "amount_fen": fen, "due_on": day.isoformat(),
         "contract": "合同"},
    ),
    st.integers(1, 4), amounts, days,
)  # fmt: skip
received = st.builds(
    lambda number, fen: ("income_received", {"due_id": f"D{number}", "amount_fen": fen}), st.integers(1, 4), amounts
)


def _drafted(number: int, first: int, second: int, opened: date) -> tuple[str, dict[str, Any]]:
    lines = [
        {"line_id": "1", "purpose": "works", "amount_fen": first, "use": "roads"},
        {"line_id": "2", "purpose": "post", "amount_fen": second, "household_no": "H1", "basis": "post",
         "reference": "护林员", "standing": "lifted"},
    ]  # fmt: skip
    body = {"plan_id": f"P{number}", "period": "2025", "amount_fen": first + second, "lines": lines}
    return "plan_drafted", {**body, "opened_on": opened.isoformat()}


drafted = st.builds(_drafted, st.integers(1, 2), st.integers(1, 60), st.integers(1, 60), days)
_MINUTES = {"members_total": 30, "present": 25, "in_favour": 22, "against": 3}
step = st.builds(
    lambda kind, number, day: (kind, {"plan_id": f"P{number}", **_MINUTES, "until": day.isoformat()}),
    st.sampled_from(["plan_decided", "plan_noticed", "plan_reviewed", "plan_approved", "plan_returned"]),
    st.integers(1, 2), days,
)  # fmt: skip
paid = st.builds(
    lambda kind, number, line, fen: (kind, {"plan_id": f"P{number}", "line_id": line, "amount_fen": fen}),
    st.sampled_from(["plan_paid", "plan_reversed"]), st.integers(1, 2), st.sampled_from(["1", "2"]), st.integers(1, 60),
)  # fmt: skip
ending = st.one_of(
    st.just(("disposal_proposed", {"reason": "end_of_life"})),
    amounts.map(lambda fen: ("disposal_appraised", {"amount_fen": fen})),
    st.just(("disposal_decided", _MINUTES)),
    days.map(lambda day: ("disposal_noticed", {"until": day.isoformat()})),
    st.just(("disposal_approved", {"level": "banner"})),
    st.just(("disposed", {})),
    amounts.map(lambda fen: ("proceeds_received", {"amount_fen": fen})),
    st.builds(
        lambda number, fen: ("proceeds_assigned", {"use_id": f"U{number}", "use": "consolidation", "amount_fen": fen}),
        st.integers(1, 2), amounts,
    ),
    st.builds(
        lambda number, fen: ("proceeds_spent", {"use_id": f"U{number}", "amount_fen": fen}), st.integers(1, 2), amounts
    ),
)  # fmt: skip
taken_back = st.integers(1, 40).map(lambda number: (REVERSED, {"number": number}))
anything = st.one_of(
    confirmed, transferred, ended, state, due, received, drafted, step, paid, ending, taken_back
)  # fmt: skip


def _whole(offsets: list[int], fen: int) -> list[tuple[date, tuple[str, dict[str, Any]]]]:
    """A life from its rights to the spending of its proceeds, on rising days: what random draws alone rarely reach."""
    day = [BORN + timedelta(days=12 * index + offset) for index, offset in enumerate(sorted(offsets))]
    plan, kinds = {"plan_id": "P1", **_MINUTES}, ("decided", "noticed", "reviewed", "approved")
    steps = [(f"plan_{kind}", {**plan, "until": day[8].isoformat()}) for kind in kinds]
    both = [_share(HOLDERS[0], "1/2"), _share(HOLDERS[1], "1/2")]
    given = {"due_id": "D1", "period": "2025", "kind": "rent", "due_on": day[3].isoformat(), "contract": "合同"}
    said: list[tuple[date, tuple[str, dict[str, Any]]]] = [
        (day[0], ("right_confirmed", {"right": "income", "shares": both})),
        (day[1], ("right_transferred", {"right": "income", "from": both[0], "to": _share(HOLDERS[3], "1/2")})),
        (day[2], ("income_due", {**given, "amount_fen": 3 * fen})),
        (day[3], ("income_received", {"due_id": "D1", "amount_fen": 3 * fen})),
        (day[4], _drafted(1, fen, fen, day[4])),
        *zip((day[6], day[7], day[9], day[10]), steps, strict=True),
        (day[11], ("plan_paid", {"plan_id": "P1", "line_id": "2", "amount_fen": fen})),
        (day[12], ("plan_reversed", {"plan_id": "P1", "line_id": "2", "amount_fen": 1})),
        (day[12], ("disposal_proposed", {"reason": "end_of_life"})),
        (day[13], ("disposal_appraised", {"amount_fen": fen})),
        (day[14], ("disposal_decided", _MINUTES)),
        (day[15], ("disposal_noticed", {"until": day[16].isoformat()})),
        (day[17], ("disposal_approved", {"level": "banner"})),
        (day[18], ("disposed", {})),
        (day[19], ("proceeds_received", {"amount_fen": fen})),
        (day[19], ("proceeds_assigned", {"use_id": "U1", "use": "revitalisation", "amount_fen": fen})),
        (day[20], ("proceeds_spent", {"use_id": "U1", "amount_fen": 1})),
    ]
    return said


whole = st.builds(_whole, st.lists(st.integers(0, 11), min_size=21, max_size=21), st.integers(1, 100))
candidates = st.tuples(whole.flatmap(st.permutations), st.lists(st.tuples(days, anything), max_size=30)).map(
    lambda both: [*both[0], *both[1]]
)


def live(drawn: Sequence[tuple[date, tuple[str, dict[str, Any]]]]) -> list[Entry]:
    """All entries that the law let in, in the order in which they were recorded: what was refused is tried again
    when more is there, so that a later day is often recorded before an earlier one."""
    life = [entry("asset_registered", BORN, SAID)]
    waiting = list(drawn)
    for _ in range(4):
        waiting = [one for one in waiting if not _taken(life, one)]
    return life


def _taken(life: list[Entry], drawn: tuple[date, tuple[str, dict[str, Any]]]) -> bool:
    day, (kind, body) = drawn
    if kind == REVERSED:
        target = life[body["number"] % len(life)]
        if target.takes_back is not None or any(one.takes_back == target.entry_id for one in life):
            return False
        new = entry(REVERSED, target.holds_on, {}, takes_back=target.entry_id)
    else:
        new = entry(kind, day, body, by="approver" if kind.endswith("_approved") else "clerk")
    if RULES.law(standing([*life, new])):
        return False
    life.append(new)
    return True
