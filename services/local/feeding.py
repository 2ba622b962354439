"""Pushes the synthetic sample over REST, as eight departments would, and adds up the receipts.

Every body carries an idempotency key made of the sample's own parameters: an interrupted push is
simply pushed again, and what was stored answers with the receipt it gave the first time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.local.client import Client
from services.local.interrupt import Interrupt
from shared.sample import Sample, generate

SEED = 1
Totals = dict[str, dict[str, int]]
"""Feed (`department/kind`) → outcome → number of records."""


def push(client: Client, households: int, as_of: date, console: Console, interrupt: Interrupt) -> tuple[Totals, Totals]:
    """Push the sample of that many households as one month's delivery and close the month, as departments do;
    (what the receipts said, what its labels expect)."""
    sample = generate(households, SEED, as_of)
    said: defaultdict[str, Counter[str]] = defaultdict(Counter)
    labels = expected(sample)
    period = f"{as_of:%Y-%m}"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("条"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("报送样例", total=sum(sum(counts.values()) for counts in labels.values()))
        for index, (department, kind, records) in enumerate(sample.submissions()):
            interrupt.check()
            progress.update(task, description=f"报送样例 {department}/{kind}")
            key = f"sample-{SEED}-{households}-{as_of}-{index}"
            receipt = client.submit(department, kind, records, key, period)
            said[f"{department}/{kind}"].update(receipt["counts"])
            progress.advance(task, len(records))
    for feed, counts in labels.items():
        client.deliver(feed, period, sum(counts.values()))
    return {feed: dict(counts) for feed, counts in said.items()}, labels


def expected(sample: Sample) -> Totals:
    """The sample's labels as totals."""
    return {feed: dict(counts) for feed, counts in sample.labels().counts.items()}


def differences(said: Totals, expected_totals: Totals) -> list[str]:
    """Where receipts and labels disagree, one Chinese line each."""
    cells = sorted(
        {(feed, outcome) for totals in (said, expected_totals) for feed in totals for outcome in totals[feed]}
    )
    pairs = {
        cell: (said.get(cell[0], {}).get(cell[1], 0), expected_totals.get(cell[0], {}).get(cell[1], 0))
        for cell in cells
    }
    return [
        f"{feed} {outcome}：回执 {got}，样例标注 {want}"
        for (feed, outcome), (got, want) in pairs.items()
        if got != want
    ]
