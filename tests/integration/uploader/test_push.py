"""`xianjie push`: every form of file, what was taken and what not, the workbook put right, being killed."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from rich.console import Console

from services.uploader import push
from services.uploader.client import Door
from services.uploader.errors import UploadError
from services.uploader.progress import beside
from shared import sheets
from shared.feeds import catalogue
from tests.factories import people
from tests.integration.uploader.conftest import Platform

FEED = catalogue.get("medical-insurance", "settlement")


def settlements(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [people.settlement(f"S-{n}", n % 1000, f"{n % 9000}.50") for n in range(first, first + count)]


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """The records in the form that the file's name asks for."""
    match path.suffix:
        case ".csv":
            sheets.write(FEED, records, "csv", path, "gb18030")
        case ".xlsx":
            sheets.write(FEED, records, "xlsx", path)
        case ".ndjson":
            path.write_bytes(b"\n".join(orjson.dumps(record) for record in records) + b"\n")
        case _:
            path.write_bytes(orjson.dumps({"records": records}))
    return path


def run(platform: Platform, path: Path, **more: Any) -> tuple[int, str]:
    """Exit code and what was printed."""
    said = io.StringIO()
    options = {"feed": FEED.name, "chunk": 40, **more}
    door = Door(platform.url, platform.token, 30)
    code = push.run(push.Options(path=path, door=door, **options), Console(file=said, width=160))
    return code, said.getvalue()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ndjson", "a.json"])
def test_every_form_of_file_gives_the_same_records(platform: Platform, tmp_path: Path, name: str) -> None:
    records = settlements(90)
    assert run(platform, write(tmp_path / name, records))[0] == 0
    assert platform.count("SELECT count(*) FROM record_version") == 90
    code, said = run(platform, write(tmp_path / "again.ndjson", records))
    assert code == 0
    assert "重复" in said
    assert platform.count("SELECT sum(duplicate) FROM submission") == 90, "byte for byte the same content"


def test_the_workbook_put_right_and_pushed_again_leaves_nothing_open(platform: Platform, tmp_path: Path) -> None:
    records = settlements(60)
    records[7]["id_number"] = records[7]["id_number"][:-1] + ("1" if records[7]["id_number"][-1] != "1" else "2")
    records[50]["self_paid_in_catalogue"] = "99999.00"
    path = write(tmp_path / "bills.xlsx", records)
    code, said = run(platform, path)
    assert code == 1
    workbook = tmp_path / "bills-问题清单.xlsx"
    assert str(workbook) in said.replace("\n", "")
    assert platform.count("SELECT count(*) FROM quarantine WHERE closed_at IS NULL") == 2

    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 3, "only what was rejected, in its order"
    assert "校验" in str(sheet.cell(2, titles.index("处理结果") + 1).value)
    sheet.cell(2, titles.index("身份证号") + 1).value = people.id_number(7)
    sheet.cell(3, titles.index("合规自付") + 1).value = "1.00"
    book.save(workbook)
    code, said = run(platform, workbook)
    assert code == 0, said
    assert platform.count("SELECT count(*) FROM quarantine WHERE closed_at IS NULL") == 0
    assert platform.count("SELECT count(*) FROM record_version") == 60
    assert run(platform, workbook)[0] == 0, "once more is no harm"


def test_a_dry_run_stores_nothing(platform: Platform, tmp_path: Path) -> None:
    records = settlements(50)
    records[3]["total"] = "-1"
    code, said = run(platform, write(tmp_path / "a.csv", records), dry_run=True)
    assert code == 1
    assert "没有保存" in said
    assert platform.count("SELECT count(*) FROM submission") == 0


def test_a_folder_is_pushed_in_the_order_of_its_names(platform: Platform, tmp_path: Path) -> None:
    write(tmp_path / "02-medical-insurance-settlement-2.ndjson", settlements(5, 5))
    write(tmp_path / "01-medical-insurance-settlement-1.csv", settlements(5))
    (tmp_path / "labels.json").write_text("{}")
    code, said = run(platform, tmp_path, feed=None)
    assert code == 0
    assert said.index("01-medical") < said.index("02-medical")
    assert platform.count("SELECT count(*) FROM record_version") == 10


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "空"),
        ("a.xlsx", b"not a workbook", "xlsx"),
        ("a.json", b"{", "JSON"),
        ("a.doc", b"x", "扩展名"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    platform: Platform, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UploadError, match=words):
        run(platform, tmp_path / name)
    assert not list(tmp_path.glob(".*xianjie-push")), "nothing half-started is left"


def test_an_unreachable_platform_keeps_the_progress(platform: Platform, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", settlements(10))
    away = Door("http://127.0.0.1:1", platform.token, 0.2)
    with pytest.raises(UploadError, match="继续"):
        push.run(push.Options(path=path, door=away, feed=FEED.name), Console(file=io.StringIO()))
    assert run(platform, path)[0] == 0


def killed(platform: Platform, path: Path, chunk: int, chunks: int, more: float = 0.0) -> None:
    """Start the command and kill it `more` seconds after its journal has grown by `chunks` lines."""
    options = ["--feed", FEED.name, "--url", platform.url, "--token", platform.token, "--chunk", str(chunk)]
    command = [sys.executable, "-m", "services.cli", "push", str(path), *options]
    journal, before = beside(path, None), 0
    if journal.exists():
        before = journal.read_bytes().count(b"\n")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not journal.exists() or journal.read_bytes().count(b"\n") < before + chunks:
        assert process.poll() is None, "ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(more)
    process.kill()
    process.wait()


def try_killing(platform: Platform, tmp_path: Path, count: int, chunk: int, kills: int) -> None:
    """In the end each record is stored once and the receipts add up to the file."""
    path, chooser = write(tmp_path / "big.ndjson", settlements(count)), random.Random(count)
    most = count // chunk // (kills + 2)
    for _ in range(kills):
        killed(platform, path, chunk, chooser.randint(1, most), chooser.uniform(0, 0.03))
    code, said = run(platform, path, chunk=chunk)
    assert code == 0
    assert platform.count("SELECT count(*) FROM record_version") == count
    sums = platform.rows("SELECT sum(accepted), sum(duplicate), sum(rejected) FROM submission")[0]
    assert tuple(sums) == (count, 0, 0), "a chunk that was sent twice was done once"
    assert f"{count:,}" in said
    assert not beside(path, None).exists()


def test_killed_and_started_again_stores_each_record_once(platform: Platform, tmp_path: Path) -> None:
    try_killing(platform, tmp_path, 4_000, 20, 2)


@pytest.mark.long
def test_killed_ten_times_over_a_hundred_thousand_records(platform: Platform, tmp_path: Path) -> None:
    try_killing(platform, tmp_path, 100_000, 100, 10)


def test_counts_of_a_resumed_push_are_those_of_the_whole_file(platform: Platform, tmp_path: Path) -> None:
    """The journal of a push that died after two chunks, and a torn line."""
    records = settlements(100)
    path = write(tmp_path / "a.ndjson", records)
    killed(platform, path, 1, 3)
    journal = beside(path, None)
    journal.write_bytes(journal.read_bytes() + b'{"number": 99')
    _, said = run(platform, path, chunk=1)
    assert "接着上次" in said
    assert "已报送 100 条" in said
    assert platform.count("SELECT sum(accepted) FROM submission") == 100
