"""`xianjie sample`: what it writes, what it says, what it refuses in one Chinese line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.local import sampling
from services.local.errors import LocalError
from shared import clock


@pytest.mark.parametrize("form", ["csv", "xlsx", "ndjson", "json"])
def test_it_says_what_it_wrote(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "样例"
    sampling.run(folder, 12, 1, "2026-06-30", form)
    said = capsys.readouterr().out
    files = list(folder.glob(f"*.{form}"))
    assert "样例：12 户，种子 1，截至 2026-06-30（全部为虚构）" in said
    assert "残疾人两项补贴" in said
    assert f"个 {form.upper()} 文件" in said
    assert len(files) >= 23
    assert (folder / "labels.json").exists()
    assert "指标观测值" in said
    assert (folder / "指标观测值.csv").exists()
    assert "资产台账.csv" in said
    assert (folder / "资产项目.csv").exists()


def test_the_last_day_is_today_if_none_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sampling.run(tmp_path, 4, 1, None, "ndjson")
    assert f"截至 {clock.today()}" in capsys.readouterr().out


def test_a_day_that_cannot_be_is_refused(tmp_path: Path) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for day, words in ((tomorrow, "将来的事还没有发生"), ("2020-12-31", "2021-01-01 与今天"), ("昨天", "这样的日期")):
        with pytest.raises(LocalError, match=words):
            sampling.run(tmp_path, 4, 1, day, "json")
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_and_a_full_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="csv、xlsx、ndjson、json"):
        sampling.run(tmp_path, 4, 1, None, "pdf")
    (tmp_path / "old.json").write_text("{}")
    with pytest.raises(LocalError, match="不是空文件夹"):
        sampling.run(tmp_path, 4, 1, None, "json")
    with pytest.raises(LocalError, match="不能写入"):
        sampling.run(tmp_path / "old.json", 4, 1, None, "json")
