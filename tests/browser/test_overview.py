"""数据到位 in a real browser: signed in and walked through with the keyboard, looked at, and printed."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.factories import people
from tests.integration.uploader.conftest import Platform

pytestmark = pytest.mark.browser


def sign_in(page: Page, platform: Platform) -> None:
    """With nothing but keys: the field has the focus, Tab leads to the button."""
    page.goto(platform.url)
    assert page.url.endswith("/sign-in?next=/")
    page.wait_for_function("document.activeElement?.id === 'token'")
    page.keyboard.insert_text(platform.token)
    assert page.locator("#token").input_value() == platform.token
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{platform.url}/")


def push(platform: Platform) -> None:
    """Three settlements, one of which is refused."""
    records = [people.settlement(f"S-{n}", n, "100.00") for n in range(3)]
    records[2]["total"] = "-1"
    path = f"{platform.url}/v1/feeds/medical-insurance/settlement/submissions"
    headers = {"Authorization": f"Bearer {platform.token}"}
    assert httpx.post(path, json={"records": records}, headers=headers, trust_env=False).status_code == 201


def test_the_page_is_read_with_the_keyboard(platform: Platform, page: Page, tmp_path: Path) -> None:
    push(platform)
    sign_in(page, platform)
    assert page.locator("h1").inner_text() == "数据到位"
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("it => it === document.activeElement && it.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    waiting = page.locator("tr", has_text="医疗费用结算").locator("td").last
    assert waiting.inner_text() == "1"
    shot = page.screenshot(path=tmp_path / "overview.png", full_page=True)
    assert len(shot) > 50_000, "an empty page makes a small picture"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing hangs over the edge"


def test_a_narrow_screen_scrolls_the_table_only(platform: Platform, page: Page) -> None:
    sign_in(page, platform)
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".scroll").evaluate("it => it.scrollWidth > it.clientWidth && it.tabIndex === 0")


def test_on_paper_there_is_the_table_and_no_controls(platform: Platform, page: Page) -> None:
    sign_in(page, platform)
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert not page.locator("button").is_visible()
    assert page.locator("table").is_visible()
    assert "北京时间" in page.locator("footer").inner_text()
    printed = page.pdf(landscape=True, format="A3")
    assert printed.startswith(b"%PDF")


def test_who_signs_out_is_out(platform: Platform, page: Page) -> None:
    sign_in(page, platform)
    page.get_by_role("button", name="退出").click()
    page.goto(platform.url)
    assert page.url.endswith("/sign-in?next=/")
