"""The data folder of `xianjie up`: who uses it, what it holds, the secrets made once for it."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from services.local.errors import LocalError

_MARK = "xianjie.json"
_SECRETS = "secrets.json"
_LEAST_FREE_BYTES = 1 << 30
_SECRET_BYTES = {"pepper": 32, "bus_key": 32, "vault_key": 32}


@dataclass
class DataFolder:
    """An opened data folder; nobody else can open it until `close` or the end of the process."""

    path: Path
    _lock: TextIO

    @classmethod
    def open(cls, path: Path, *, fresh: bool = False) -> DataFolder:
        """Open or make it. `fresh` empties it first, but only a folder that we made.

        LocalError in one line: in use, not ours, no room, not writable.
        """
        path = path.expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
            _check_room(path)
            if any(path.iterdir()) and not ({_MARK, "lock"} & {entry.name for entry in path.iterdir()}):
                raise LocalError(f"{path} 里有别的文件，不是衔接的数据目录：请换一个 --data")
            folder = cls(path, _locked(path / "lock"))
            if fresh:
                folder._empty()
            if not (path / _MARK).exists():
                folder.remember()
        except OSError as error:
            raise LocalError(f"数据目录 {path} 不能使用：{error.strerror}") from None
        return folder

    def close(self) -> None:
        """Let others use it."""
        self._lock.close()

    @property
    def state(self) -> dict[str, Any]:
        """What earlier starts noted: the sample's size and date, the totals of its receipts."""
        noted: dict[str, Any] = json.loads((self.path / _MARK).read_text())
        return noted

    def remember(self, **facts: Any) -> None:
        """Add `facts` to the state, whole or not at all."""
        before = self.state if (self.path / _MARK).exists() else {}
        self.write_private(_MARK, json.dumps({**before, **facts}, ensure_ascii=False, indent=1))

    def secrets(self) -> dict[str, str]:
        """`pepper`, `bus_key`, `vault_key` as `id:base64`; made once, readable by the owner only."""
        if not (self.path / _SECRETS).exists():
            made = {
                name: f"{name[0]}1:{base64.b64encode(secrets.token_bytes(size)).decode()}"
                for name, size in _SECRET_BYTES.items()
            }
            self.write_private(_SECRETS, json.dumps(made, indent=1))
        kept: dict[str, str] = json.loads((self.path / _SECRETS).read_text())
        return kept

    def log(self, name: str) -> Path:
        """Where the child `name` writes."""
        return self.path / "logs" / f"{name}.log"

    def write_private(self, name: str, text: str) -> None:
        """Write a file that only its owner can read, whole or not at all."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf8") as out:
            out.write(text)
        part.replace(file)

    def _empty(self) -> None:
        for entry in self.path.iterdir():
            if entry.name == "lock":
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _check_room(path: Path) -> None:
    free = shutil.disk_usage(path).free
    if free < _LEAST_FREE_BYTES:
        raise LocalError(f"磁盘空间不足：{path} 所在磁盘只剩 {free >> 20} MB，至少需要 {_LEAST_FREE_BYTES >> 20} MB")


def _locked(file: Path) -> TextIO:
    handle = file.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        pid = handle.read().strip() or "?"
        handle.close()
        raise LocalError(f"数据目录 {file.parent} 正由另一个 xianjie up（进程 {pid}）使用") from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
