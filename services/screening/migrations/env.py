"""Runs screening's migrations inside the caller's transaction (shared.migrations)."""

from shared.migrations import run_env

run_env()
