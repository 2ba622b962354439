"""Which user the database runs as: PostgreSQL refuses to run as root, so root must step down."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from services.local.errors import LocalError

_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}
"""Linux capabilities that let an ordinary user pass a directory closed to it, by bit; least first."""


def ordinary_user(folder: Path) -> tuple[int, int] | None:
    """(uid, gid) to run as, or None when we are not root. A folder that was made by an earlier
    start keeps its owner; a new one gets `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def passage(user: tuple[int, int], *paths: Path) -> list[str]:
    """A command prefix that lets `user` reach `paths`: nothing when every folder above them is open
    to others, else `setpriv` with the smallest capability (a clone under /root, for example)."""
    if all(_open_to_others(parent) for path in paths for parent in path.resolve().parents):
        return []
    setpriv = shutil.which("setpriv")
    held = _effective_capabilities()
    name = next((name for name, bit in _CAPABILITIES.items() if held >> bit & 1), None)
    if setpriv is None or name is None:
        raise LocalError(
            "以 root 运行时数据库须换成普通用户，而它进不了数据目录或程序目录：请把二者放在其他用户可进入的位置"
        )
    uid, gid = user
    capability = f"+{name}"
    return [
        *(setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups"),
        *(f"--inh-caps={capability}", f"--ambient-caps={capability}"),
    ]


def _open_to_others(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)


def _effective_capabilities() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff"))
    return int(line.split()[1], 16)
