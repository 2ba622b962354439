"""`xianjie rebuild indicators` as an operator runs it, from what ingest really keeps."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import pytest
import structlog

from services.cli import main
from services.indicators.rebuild import service
from services.local import retained
from shared.db import create_engine
from tests.integration.indicators.conftest import World
from tests.integration.rebuild.indicators.conftest import Kept


async def said(monkeypatch: pytest.MonkeyPatch, world: World, *arguments: str) -> tuple[object, str]:
    """(exit code, what it said), in this process."""
    for name in [name for name in os.environ if name.startswith("XIANJIE_")]:
        monkeypatch.delenv(name)
    own = {
        "ENVIRONMENT": "development",
        "DATABASE_URL": world.settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "JWKS": "nowhere.json",
        "ISSUER": "xianjie-development",
        "CLOCK_FILE": str(world.clock_file),
    }
    for name, value in own.items():
        monkeypatch.setenv(f"XIANJIE_{name}", value)
    out = io.StringIO()

    def call() -> object:
        with redirect_stdout(out), redirect_stderr(out), pytest.raises(SystemExit) as ended:
            main(arguments)
        if isinstance(ended.value.code, str):  # what the interpreter does with it
            out.write(f"{ended.value.code}\n")
            return 1
        return ended.value.code

    logs = structlog.get_config()
    try:
        return await asyncio.to_thread(call), out.getvalue()
    finally:
        structlog.configure(**logs)


async def test_it_says_what_it_compared_and_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, kept: Kept, database: Callable[[str], str]
) -> None:
    own = ("--ingest", database("ingest"), "--assets", database("assets"))
    await kept.settle()
    code, words = await said(monkeypatch, kept, "rebuild", "indicators", *own)
    assert (code, "完全相同" in words) == (0, True), words
    await kept.execute("INSERT INTO household (household_no) VALUES ('150625000001')")
    code, words = await said(monkeypatch, kept, "rebuild", "indicators", *own)
    assert (code, "户名册不同：原有 1 行与重建的不符，重建的 0 行已取而代之。" in words) == (1, True), words
    assert not await kept.rows("SELECT FROM household")


async def test_a_wrong_name_and_a_database_that_is_away_are_one_line(
    monkeypatch: pytest.MonkeyPatch, kept: Kept
) -> None:
    code, words = await said(monkeypatch, kept, "rebuild", "ingest")
    assert (code, words.strip().splitlines()[-1]) == (1, "xianjie：能重建的只有 screening、indicators，收到 ingest"), (
        words
    )
    code, words = await said(
        monkeypatch,
        kept,
        "rebuild",
        "indicators",
        "--ingest",
        "postgresql://127.0.0.1:1/ingest",
        "--assets",
        "postgresql://127.0.0.1:1/assets",
    )
    assert code == 1
    assert "indicators 的数据库连接不上或中断了" in words
    assert len(words.strip().splitlines()) == 1, words


async def test_what_ingest_keeps_is_read_from_the_first_to_the_last(kept: Kept, database: Callable[[str], str]) -> None:
    ingest = create_engine(database("ingest"), name="test", pool_size=1)
    try:
        logs = retained.of_ingest(ingest)
        assert [log.title for log in logs] == ["部门数据", "数据清单和时效"]
        outcome = await service.rebuild(kept.engine, logs, lambda _what, _count: None)
        assert (outcome.messages, outcome.identical) == (0, True)
    finally:
        await ingest.dispose()
