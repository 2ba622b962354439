"""What a process needs for webhooks, from its settings: where it may send, the key that secrets are kept under."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from services.screening.hooks.addresses import Gate
from services.screening.settings import Settings
from shared.privacy.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Site:
    """`sealer` is None where no key is set: then nothing is subscribed and nothing sent."""

    gate: Gate
    sealer: Sealer | None


def site_of(settings: Settings) -> Site:
    """From settings; ValueError for a bus key that is none."""
    key = settings.bus_key
    gate = Gate(settings.webhook_networks, settings.webhook_plain_http)
    return Site(gate, None if key is None else Sealer.from_spec(key.get_secret_value()))


def tls_of(settings: Settings) -> ssl.SSLContext:
    """What receivers' certificates are checked against: the site's own authorities, or the machine's."""
    return ssl.create_default_context(cafile=settings.webhook_ca_file)
