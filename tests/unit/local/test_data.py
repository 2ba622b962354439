"""The data folder of `xianjie up`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from services.local.data import DataFolder
from services.local.errors import LocalError
from shared.privacy import PersonKeys, Sealer


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_secrets_are_made_once_for_their_owner_only_and_fit_the_keys(tmp_path: Path) -> None:
    first = DataFolder.open(tmp_path / "data")
    made = first.secrets()
    first.close()
    second = DataFolder.open(tmp_path / "data")
    second.close()
    assert second.secrets() == made
    assert (second.path / "secrets.json").stat().st_mode & 0o077 == 0
    assert len(set(made.values())) == 3
    PersonKeys.from_spec(made["pepper"])
    Sealer.from_spec(made["bus_key"])
    Sealer.from_spec(made["vault_key"])


def test_state_is_kept_and_fresh_forgets_it(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "data")
    folder.remember(households=20)
    folder.remember(as_of="2026-11-24")
    folder.log("x").parent.mkdir()
    folder.close()
    again = DataFolder.open(tmp_path / "data")
    assert again.state == {"households": 20, "as_of": "2026-11-24"}
    again.close()
    fresh = DataFolder.open(tmp_path / "data", fresh=True)
    fresh.close()
    assert fresh.state == {}
    assert not (fresh.path / "logs").exists()


def test_a_folder_in_use_names_the_process(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "data")
    with pytest.raises(LocalError, match=r"正由另一个 xianjie up（进程 [0-9]+）使用"):
        DataFolder.open(tmp_path / "data")
    folder.close()
    DataFolder.open(tmp_path / "data").close()


def test_a_folder_with_other_files_is_left_alone_even_when_fresh(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(LocalError, match="不是衔接的数据目录"):
        DataFolder.open(tmp_path, fresh=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10, 10, 0))
    with pytest.raises(LocalError, match="磁盘空间不足"):
        DataFolder.open(tmp_path / "data")
