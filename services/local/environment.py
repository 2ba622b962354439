"""The variables that a child gets, and the same for a command that joins a stack that runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import services
from services.local.data import DataFolder
from services.local.errors import LocalError

_PREFIX = "XIANJIE_"
_FOLDER = "environment"
_SECRETS_OF = {
    "ingest": ("pepper", "bus_key", "vault_key"),
    "screening": ("pepper", "bus_key"),
    "indicators": (),
    "assets": ("pepper",),
}
"""Who may hold which key (trust §1)."""


def of(service: str, data: DataFolder, settings: dict[str, str]) -> dict[str, str]:
    """All variables of a child of `service`: ours without our own settings, then `settings` by their
    names in lower case, the secrets that it may hold, and the clock file when there is one."""
    secrets = data.secrets()
    own = {**settings, **{name: secrets[name] for name in _SECRETS_OF[service]}}
    if clock := os.environ.get("XIANJIE_CLOCK_FILE"):
        own["clock_file"] = clock
    named = {_PREFIX + name.upper(): value for name, value in own.items()}
    data.write_private(f"{_FOLDER}/{service}.json", json.dumps(named, indent=1))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    code = str(Path(services.__file__).parents[1])
    path = os.pathsep.join(filter(None, (code, os.environ.get("PYTHONPATH"))))
    return {**inherited, **named, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def join(service: str, data: Path) -> None:
    """Take the settings of `service` from the stack on `data`, unless this process was given its own."""
    if f"{_PREFIX}DATABASE_URL" in os.environ:
        return
    file = data.expanduser() / _FOLDER / f"{service}.json"
    if not file.exists():
        raise LocalError(f"没有 {_PREFIX}DATABASE_URL 等环境变量，{data} 里也没有运行过的系统：请用 --data 指出")
    os.environ.update(json.loads(file.read_text()))


def database_of(service: str, data: Path, given: str | None) -> str:
    """The address of another service's database: the one given, or that of the stack on `data`."""
    if given is not None:
        return given
    file = data.expanduser() / _FOLDER / f"{service}.json"
    if not file.exists():
        option = f"--{service} 或环境变量 {_PREFIX}{service.upper()}_DATABASE_URL"
        raise LocalError(f"不知道 {service} 的数据库在哪里：请用 {option} 给出，或用 --data 指出运行过的系统")
    address: str = json.loads(file.read_text())[f"{_PREFIX}DATABASE_URL"]
    return address
