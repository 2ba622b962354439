"""The sample's ledger of assets: projects and assets as files, what happened to them over REST as a clerk enters it,
and what another person approves; or written as files to be sent by whoever wants to.

Every body carries an idempotency key, and a file is taken once: an interrupted push is simply sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rich.console import Console

from services.assets.ledger.files import layout as assets
from services.assets.projects.files import layout as projects
from services.assets.terms.sheets import writing
from services.local.errors import LocalError
from services.local.interrupt import Interrupt
from shared.codes import divisions
from shared.sample.assets import Asset, AssetSample, Body, Step
from shared.sample.domain import money

PEOPLE = {"clerk": ("asset_clerk", "sample-clerk"), "approver": ("asset_approver", "sample-approver")}
"""Role and name of who enters and of who approves, by the sample's word for them."""
FILES = ("资产项目.csv", "资产台账.csv")
_T = TypeVar("_T")
_ROWS = 5_000
_AT_ONCE = 8
_TOLD = 5


class Asked(Protocol):
    """The services as one person sees them."""

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The answer to a question."""

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """The answer to what was sent."""

    def send(self, service: str, path: str, content: bytes, key: str) -> Any:
        """The answer to a file."""


@dataclass(slots=True)
class Pushed:
    """How many of what were sent, and what the ledger answered otherwise than it should, one Chinese line each."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def write(folder: Path, sample: AssetSample) -> tuple[int, int]:
    """Write projects and assets into `folder` as the templates' CSVs, for `POST /v1/projects/files` and
    `/v1/assets/files`; how many of each."""
    for name, content in zip(FILES, _whole(sample), strict=True):
        (folder / name).write_bytes(content)
    return len(sample.projects), len(sample.assets)


def _whole(sample: AssetSample) -> tuple[bytes, bytes]:
    return (
        writing.delimited(projects.LAYOUT, map(_project, sample.projects)),
        writing.delimited(assets.LAYOUT, map(_asset, sample.assets)),
    )


def register(people: Mapping[str, Asked], sample: AssetSample, mark: str) -> tuple[dict[str, str], Pushed]:
    """Register the projects, then the assets; the ids of the assets by their codes."""
    pushed, ids = Pushed(), dict[str, str]()
    parts: list[tuple[str, Any, Iterable[Body]]] = [
        ("projects", projects.LAYOUT, map(_project, sample.projects)),
        ("assets", assets.LAYOUT, map(_asset, sample.assets)),
    ]
    for name, layout, rows in parts:
        for number, some in enumerate(_batches(rows, _ROWS)):
            content = writing.delimited(layout, some)
            report = people["clerk"].send("assets", f"/v1/{name}/files", content, f"{mark}-{name}-{number}")
            pushed.counts[name] += report["accepted"] + report["duplicate"]
            pushed.differences += [e["message"] for row in report["rows"] for e in row["errors"]][:_TOLD]
            ids |= {row["code"]: row["id"] for row in report["rows"] if row["id"]}
    return ids, pushed


def live(
    people: Mapping[str, Asked], steps: Iterable[Step], ids: Mapping[str, str], mark: str, interrupt: Interrupt
) -> Pushed:
    """Send what happened to the assets, several assets at once. A step that is refused ends its asset's."""
    pushed = Pushed()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        lives = ([*life] for _, life in groupby(steps, key=lambda step: step.asset_code))
        for some in _batches(lives, _AT_ONCE * 4):
            interrupt.check()
            for sent, refused in pool.map(lambda life: _life(people, life, ids, mark), some):
                pushed.counts.update(sent)
                pushed.differences += refused
    return pushed


def _life(
    people: Mapping[str, Asked], life: Sequence[Step], ids: Mapping[str, str], mark: str
) -> tuple[Counter[str], list[str]]:  # fmt: skip
    sent: Counter[str] = Counter()
    plans: dict[str, str] = {}
    for number, step in enumerate(life):
        body = {**step.body, "plan_id": plans[step.plan]} if step.plan in plans else step.body
        path = f"/v1/assets/{ids.get(step.asset_code)}{step.path}"
        try:
            answer = people[step.by].post("assets", path, body, f"{mark}-{step.asset_code}-{number}{step.path}")
        except LocalError as refused:
            return sent, [f"{step.asset_code} {step.path}：{refused}"]
        if step.plan is not None and step.plan not in plans:
            plans[step.plan] = answer["body"]["plan_id"]
        sent["plans" if step.path == "/plans" else "entries"] += 1
    return sent, []


def compared(client: Asked, sample: AssetSample) -> list[str]:
    """Where the ledger's sums by class differ from the sample's, one Chinese line each."""
    told = {one["key"]: one for one in client.get("assets", "/v1/totals")["by_class"]}
    found = []
    for name, (count, value) in sums(sample.assets).items():
        one = told.get(name, {"assets": 0, "disposed_assets": 0, "value": "0.00", "disposed_value": "0.00"})
        got = one["assets"] + one["disposed_assets"], _fen(one["value"]) + _fen(one["disposed_value"])
        if got != (count, value):
            found.append(f"资产 {name}：台账 {got[0]} 项 {money(got[1])} 元，样例 {count} 项 {money(value)} 元")
    return found


def sums(found: Iterable[Asset]) -> dict[str, tuple[int, int]]:
    """By class how many assets there are, and their original value in fen."""
    totals: dict[str, tuple[int, int]] = {}
    for asset in found:
        count, fen = totals.get(asset.asset_class, (0, 0))
        totals[asset.asset_class] = count + 1, fen + asset.value_fen
    return totals


def say(console: Console, counts: Mapping[str, int]) -> None:
    """What was entered, in one line."""
    console.print(
        f"样例资产台账：项目 {counts.get('projects', 0)} 个、资产 {counts.get('assets', 0)} 项、"
        f"分录 {counts.get('entries', 0)} 条、分配方案 {counts.get('plans', 0)} 个。"
    )


def _batches(found: Iterable[_T], size: int) -> Iterator[list[_T]]:
    left = iter(found)
    while some := list(islice(left, size)):
        yield some


def _project(body: Body) -> Body:
    funds = {f"fund_{fund['source']}": fund["amount"] for fund in body["funds"]}
    return {**body, **funds, projects.PLACE: divisions.path(body["division_code"])}


def _asset(asset: Asset) -> Body:
    return {**asset.body, assets.PROJECT: asset.project_code, assets.PLACE: divisions.path(asset.village)}


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
