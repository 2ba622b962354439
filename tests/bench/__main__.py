"""`make bench`: every benchmark in a process of its own, one after another; a line each, the whole in
`bench-results/*.json`. `python -m tests.bench NAME …` runs some."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    "ingest", "ingest_single", "ndjson", "kinds", "relay", "reconciliation", "screening", "latency", "sheets", "files",
)  # fmt: skip


def main(names: list[str]) -> int:
    """The number of benchmarks that failed."""
    failed = 0
    for name in names or NAMES:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
