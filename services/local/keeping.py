"""`xianjie up` fills the ledger of assets with the sample's, once: what needs nobody first, and the plans when the
ledger has heard from screening what their households are."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import date

from rich.console import Console

from services.local import feeding, ledger, repository
from services.local.client import Client
from services.local.interrupt import Interrupt
from services.local.ledger import Pushed
from services.local.stack import Stack
from shared import clock
from shared.codes import divisions
from shared.sample import generate
from shared.sample.assets import AssetSample

_HEARD_SECONDS = 60


def enter(stack: Stack, console: Console, interrupt: Interrupt) -> list[str]:
    """Enter the sample's assets unless an earlier start did; what came out otherwise than it should."""
    data = stack.plan.data
    if "assets" in data.state:
        ledger.say(console, data.state["assets"])
        return []
    as_of = date.fromisoformat(data.state.get("as_of") or clock.today().isoformat())
    sample = AssetSample(generate(data.state["households"], feeding.SEED, as_of))
    people = {
        name: Client(stack.plan.addresses, stack.issuer.sign(role, division=divisions.CITY, sub=sub))
        for name, (role, sub) in ledger.PEOPLE.items()
    }
    try:
        with console.status("正在登记样例资产 …"):
            pushed = _entered(people, sample, stack, interrupt)
            pushed.differences += ledger.compared(people["clerk"], sample)
    finally:
        for one in people.values():
            one.close()
    ledger.say(console, pushed.counts)
    if not pushed.differences:
        data.remember(assets=dict(pushed.counts))
    return pushed.differences


def _entered(people: dict[str, Client], sample: AssetSample, stack: Stack, interrupt: Interrupt) -> Pushed:
    of = sample.sample
    mark = f"sample-assets-{of.seed}-{of.households}-{of.as_of}"
    ids, pushed = ledger.register(people, sample, mark)
    lived = ledger.live(people, sample.steps(), ids, f"{mark}-lived", interrupt)
    _wait(stack.databases["assets"], sample.households(), interrupt)
    planned = ledger.live(people, sample.plans(), ids, f"{mark}-planned", interrupt)
    pushed.counts.update(lived.counts + planned.counts)
    pushed.differences += lived.differences + planned.differences
    return pushed


def _wait(url: str, households: Collection[str], interrupt: Interrupt) -> None:
    """Until the ledger has heard of all of them, or for a minute: the plans then say what is missing."""
    deadline = time.monotonic() + _HEARD_SECONDS
    while repository.ask(url, repository.heard_of(households)) < len(households) and time.monotonic() < deadline:
        interrupt.wait(0.2)
