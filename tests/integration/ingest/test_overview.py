"""The page 数据到位 as a visitor gets it: states in words, what is left to do, nobody else's quarantine."""

from __future__ import annotations

import re
from typing import Any

from shared.feeds.catalogue import FEEDS
from shared.http.pages import COOKIE
from tests.integration.ingest.conftest import Api, settlement


async def page(api: Api, role: str = "developer", **claims: Any) -> str:
    """The text of the page, tags left out."""
    api.client.cookies.set(COOKIE, api.issuer.sign(role, **claims))
    answer = await api.client.get("/")
    assert answer.status_code == 200, answer.text
    return answer.text


def row(html: str, title: str) -> str:
    """What stands in a feed's row, as words."""
    found = re.search(rf'<th scope="row">{title}</th>(.*?)</tr>', html, re.DOTALL)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


async def test_everything_is_missing_before_anything_came(api: Api) -> None:
    html = await page(api)
    for feed in FEEDS.values():
        assert row(html, feed.title).count("从未报送") == 10, feed.title


async def test_quarantine_to_do_is_shown_to_its_department_only(api: Api) -> None:
    await api.push(settlement("a"), settlement("b", total="-1"), settlement("c", total="-1"))
    own = await page(api, "department", department="medical-insurance")
    assert row(own, "医疗费用结算").endswith("2")
    assert "低保" not in own
    officer = await page(api, "banner_officer", division="150625000000")
    assert row(officer, "医疗费用结算").endswith("—")
    assert "达拉特旗" not in officer
    assert "杭锦旗" in officer
    assert row(await page(api), "医疗费用结算").endswith("2")


async def test_who_is_not_signed_in_is_sent_to_do_so(api: Api) -> None:
    api.client.cookies.clear()
    assert (await api.client.get("/")).headers["location"] == "/sign-in?next=/"
