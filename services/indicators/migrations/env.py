"""Alembic's entry; everything is in `shared.migrations`."""

from shared.migrations import run_env

run_env()
