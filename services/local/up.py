"""`xianjie up`: everything on this machine, from nothing to the board, until Ctrl-C."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from services.local import feeding, following, keeping, observing, report, wheels
from services.local.client import Client
from services.local.data import DataFolder
from services.local.errors import LocalError
from services.local.interrupt import Interrupt, Interrupted
from services.local.layout import Address, addresses
from services.local.ports import is_free
from services.local.stack import Plan, Stack
from shared import clock
from shared.codes import divisions
from shared.names import SERVICES

DEFAULT_HOUSEHOLDS = 2_000
_TOKEN_HOURS = 24 * 30
_FILE_WIDTH = 140
"""Columns when the output is no terminal."""


@dataclass(frozen=True)
class Options:
    """The command line of `xianjie up`."""

    data: Path
    households: int | None
    port: int
    fresh: bool
    sample: bool
    check: bool
    broker: str
    database: str | None


def run(options: dict[str, Any]) -> int:
    """Run it; the exit code. LocalError is one clear line, and by then everything is stopped again."""
    wanted = Options(**options)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    interrupt = Interrupt()
    try:
        return _run(wanted, console, interrupt)
    except Interrupted:
        return 0 if not wanted.check else 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LocalError(f"磁盘已满：{error.filename or wanted.data}") from None
    finally:
        interrupt.release()


def _run(options: Options, console: Console, interrupt: Interrupt) -> int:
    places = addresses(options.port)
    _check_before_anything(options, places)
    data = DataFolder.open(options.data, fresh=options.fresh)
    plan = Plan(data, places, options.broker, options.database, demo=options.sample)
    stack = Stack.of(plan, lambda line: console.print(f"[yellow]{line}[/yellow]", soft_wrap=True), interrupt)
    try:
        with console.status("正在启动数据库、消息总线、四个接口和四个后台进程 …"):
            stack.start()
        token = stack.issuer.sign("developer", hours=_TOKEN_HOURS)
        client = Client(places, token)
        try:
            good = _show(options, stack, client, console, interrupt)
        finally:
            client.close()
        _say_where(console, stack, token)
        if options.check:
            return 0 if good else 1
        console.print("按 Ctrl-C 停止。")
        interrupt.forever()
        return 0
    finally:
        with console.status("正在停止 …"):
            stack.stop()
        data.close()


def _check_before_anything(options: Options, places: dict[str, Address]) -> None:
    for address in places.values():
        if not is_free(address.port):
            title = SERVICES[address.service]
            raise LocalError(f"端口 {address.port} 已被占用（{title}要用）：请先停掉占用它的程序，或换一个 --port")
    if options.database is None:
        wheels.postgres_bin()
    if options.broker == "tansu":
        wheels.tansu_bin()


def _show(options: Options, stack: Stack, client: Client, console: Console, interrupt: Interrupt) -> bool:
    """Push what is to be pushed and show what came of it; whether everything agrees."""
    differences: list[str] = []
    if options.sample:
        earlier = stack.plan.data.state.get("pushed_on")
        said, expected = _sample(options, stack.plan.data, client, console, interrupt)
        differences = feeding.differences(said, expected)
        _observe(stack, console, interrupt)
    come = following.wait(stack.databases, console, interrupt)
    if options.sample:
        differences += keeping.enter(stack, console, interrupt)
        following.wait(stack.databases, console, interrupt)
        report.totals(console, said, expected, earlier)
        for line in differences:
            console.print(f"[red]{line}[/red]")
    console.print(f"入库 {come.stored} = 上总线 {come.published} = 已处理 {come.stored}")
    report.missing_parameters(console, client.get("screening", "/v1/parameters", division=divisions.CITY)["missing"])
    report.warnings(console, client, clock.now())
    report.board(console, client)
    return not differences


def _sample(
    options: Options, data: DataFolder, client: Client, console: Console, interrupt: Interrupt
) -> tuple[feeding.Totals, feeding.Totals]:
    """The totals of the sample's receipts and of its labels; pushed now unless an earlier start did."""
    state = data.state
    noted = state.get("households")
    households = options.households or noted or DEFAULT_HOUSEHOLDS
    if noted is not None and noted != households:
        raise LocalError(f"数据目录里已有 {noted} 户的样例：要换成 {households} 户，请加 --fresh 从头开始")
    if "receipts" in state:
        console.print(f"数据目录里已有 {noted} 户的样例，不再报送。")
        return state["receipts"], state["labels"]
    as_of = date.fromisoformat(state.get("as_of") or clock.today().isoformat())
    data.remember(households=households, as_of=as_of.isoformat())
    said, expected = feeding.push(client, households, as_of, console, interrupt)
    data.remember(receipts=said, labels=expected, pushed_on=clock.today().isoformat())
    return said, expected


def _observe(stack: Stack, console: Console, interrupt: Interrupt) -> None:
    """Send the sample's observations unless an earlier start did."""
    data = stack.plan.data
    if "observed" in data.state:
        return
    as_of = date.fromisoformat(data.state.get("as_of") or clock.today().isoformat())
    maker, checker = (Client(stack.plan.addresses, stack.issuer.sign(role, sub=sub)) for role, sub in observing.PEOPLE)
    try:
        data.remember(observed=observing.push(maker, checker, as_of, console, interrupt))
    finally:
        maker.close()
        checker.close()


def _say_where(console: Console, stack: Stack, token: str) -> None:
    report.whereabouts(console, stack.plan.addresses, stack.bootstrap, stack.plan.data.path)
    console.print("开发令牌（developer，30 天）：")
    console.print(token, soft_wrap=True)
