"""Settings of screening beside those of every service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, IPvAnyNetwork, model_validator

from shared.events.topics import RETENTION_DAYS
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`XIANJIE_…` of the screening API and worker."""

    demo_parameters: bool = False
    """Load the `demo` parameter values too: with the sample, in the development environment only."""
    batch_records: Annotated[int, Field(ge=1, le=10_000)] = 2_000
    """Records in one consumed batch, that is in one transaction."""
    batch_wait_ms: Annotated[int, Field(ge=1, le=10_000)] = 100
    """How long a batch waits for its first record."""
    sweep_poll_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0
    """How often the worker looks whether a new day began, a feed fell silent or spoke again, rules or parameters
    changed, or somebody started a run."""

    change_retention_days: Annotated[int, Field(ge=RETENTION_DAYS, le=3650)] = RETENTION_DAYS
    """How long the change feed of warnings goes back, from when a change was published; not less than the topics keep,
    since that much is published again when the broker loses its log."""
    max_streams: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Open event streams of one API process; more are refused."""
    stream_send_seconds: Annotated[float, Field(gt=0, le=300)] = 10.0
    """A reader of a stream that takes nothing for so long is cut."""

    webhook_networks: tuple[IPvAnyNetwork, ...] = ()
    """Networks that webhooks may be sent to, such as `["10.20.0.0/16"]`; none by default. Link-local and metadata
    addresses are refused even when listed. Secrets of subscriptions are kept sealed under `bus_key`."""
    webhook_plain_http: bool = False
    """Send to http:// addresses too."""
    webhook_ca_file: Path | None = None
    """Certificates of the authorities that receivers' certificates are checked against; the machine's when not set."""

    @model_validator(mode="after")
    def _demo_parameters_are_for_development(self) -> Self:
        if self.demo_parameters and self.environment != "development":
            raise ValueError("demo_parameters is allowed in the development environment only")
        return self
