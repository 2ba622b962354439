"""schemathesis as a command, on the document of a service that is served (`served`)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "SCHEMATHESIS_HOOKS": "tests.support.fuzzing",
    # Hypothesis keeps what it found out of Unicode; in a new folder it would look through all of it each time.
    "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),
    # Asked before each request: nothing else of the environment is, or each would read all of it for proxies.
    "NO_PROXY": "127.0.0.1",
}


def fuzz(
    address: str, token: str, folder: Path, *options: str, seed: int, apart: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Good, bad and odd requests of `token` to every route that `options` select, run in `folder`: all checks of each
    answer but those named in `apart`. Its `returncode` is 0 when all were right."""
    given = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--checks", "all", "--exclude-checks", ",".join(apart)),
        *("--max-examples", "10", "--seed", str(seed), "--no-color", "--generation-database", "none", *options),
    ]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={**given, **_ENVIRONMENT}, check=False
    )
