"""How the suite is shared out among processes (`pytest -n`)."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # published without types

TOGETHER = ("tests/e2e",)
"""Folders whose modules share what takes long to start, and so go to one process."""


class Shares(LoadScopeScheduling):  # type: ignore[misc]  # see above
    """A module a share, and a folder of TOGETHER one."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((folder for folder in TOGETHER if nodeid.startswith(f"{folder}/")), None)
        return folder or str(super()._split_scope(nodeid))
