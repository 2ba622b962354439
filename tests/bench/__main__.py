"""`make bench`: every benchmark in a process of its own, one after another; a line each, the whole in
`bench-results/*.json`. `python -m tests.bench NAME …` runs some, `--small` among the names those that need the whole
population on a small one."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    "ingest", "ingest_single", "ndjson", "kinds", "relay", "reconciliation", "facts", "sweep", "worklist", "screening",
    "latency", "indicators", "assets", "webhooks", "sheets", "files",
)  # fmt: skip
SMALL = "--small"


def main(names: list[str]) -> int:
    """The number of benchmarks that failed."""
    failed, small = 0, [name for name in names if name == SMALL]
    for name in [name for name in names if name != SMALL] or NAMES:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *small], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
