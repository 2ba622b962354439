"""What the household is held as, and where it lives."""

from __future__ import annotations

from typing import Any

from shared.codes import divisions, plan_lists
from tests.factories.oracle import safety_net
from tests.factories.oracle.days import month_start, months_between
from tests.factories.oracle.known import Home, Version


def monitoring(home: Home) -> Version | None:
    """The household's newest record of the national system, if its risk is not removed."""
    newest = max(home.of_household(23), key=lambda v: v.rank, default=None)
    return None if newest is None or newest.data["state"] == "removed" else newest


def _key_village(village: str) -> bool | None:
    listed = plan_lists.get("key_village")
    if village in listed.codes:
        return True
    maybe = any(village in entry.candidates for entry in listed.unresolved)
    return None if maybe else False


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    said, monitored = home.version.data, monitoring(home)
    since = month_start(monitored.data["identified_month"]) if monitored else None
    banner = divisions.banner_of(home.division)
    return {
        "lifted": said["base_status"] == "lifted",
        "policy_entitled": said.get("policy_entitled"),
        "resettled": said["resettlement"] in ("site", "dispersed"),
        "key_village": _key_village(home.division),
        "regional_key_banner": banner in plan_lists.get("regional_key_banner").codes,
        "city_key_banner": banner in plan_lists.get("key_banner").codes,
        "monitored": monitored is not None,
        "monitored_kind": monitored.data["monitored_kind"] if monitored else None,
        "months_since_identified": max(0, months_between(since, home.day)) if since else None,
        "low_income": any(safety_net.supported(home, kind) for kind in (1, 2, 3)),
    }
