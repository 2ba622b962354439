"""Debian's Chromium, driven by Playwright; nothing is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.integration.uploader.conftest import platform, served

__all__ = ["platform", "served"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Fails, never skips, where there is no Chromium: `.ci/run` installs it. Its event loop runs in this thread until
    the module ends, and no other test's may beside it."""
    found = shutil.which("chromium")
    assert found, "no chromium: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when something it needs comes from another host or is refused by its own policy."""
    made = browser.new_page(viewport={"width": 1600, "height": 1000}, locale="zh-CN")
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("request", lambda sent: complaints.append(sent.url) if "//127.0.0.1:" not in sent.url else None)
    yield made
    made.close()
    assert complaints == []
