"""预警工作台 in a real browser: walked through with keys alone, on a telephone, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from services.local.postgres import Postgres
from tests.browser.workbench_site import FULL, TOWNSHIP, Site, site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(
    postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The API with sixty households, for this module."""
    with site(postgres, template, tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def desk(office: Site, page: Page) -> Page:
    """Signed in as a township officer, with nothing but keys."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(office.url)
    page.wait_for_function("document.activeElement?.id === 'token'")
    page.keyboard.insert_text(office.token)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office.url}/")
    return page


def tab_to(page: Page, selector: str, presses: int = 80) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement?.matches({selector!r})"):
            return
    raise AssertionError(f"{selector} is not reached with the keyboard")


def fits(page: Page) -> bool:
    """Nothing hangs over the edge of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_the_list_to_a_verdict_with_keys_alone(desk: Page, office: Site, tmp_path: Path) -> None:
    assert desk.locator("h1").inner_text() == "预警工作台：锡尼镇"
    assert desk.locator(".notice h2").inner_text().startswith("数据没有到：")
    assert fits(desk)
    assert len(desk.screenshot(path=tmp_path / "list.png", full_page=True)) > 50_000
    waiting = desk.locator("tfoot td").first.inner_text()
    tab_to(desk, "a[href^='/clues/']")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{office.url}/clues/*")
    number = desk.locator("h1").inner_text().removeprefix("线索：户 ")
    tab_to(desk, "summary")
    desk.keyboard.press("Enter")
    assert desk.locator("details[open]").count() == 1
    tab_to(desk, "input[name=outcome]")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    assert desk.locator("input[value=not_confirmed]").is_checked()
    tab_to(desk, "#reason")
    desk.keyboard.press("ArrowDown")
    tab_to(desk, "#note")
    desk.keyboard.insert_text("上门看过，已有救助")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{office.url}/?division={TOWNSHIP}&done={number}")
    assert desk.locator("[role=status]").first.inner_text() == f"户 {number} 的核实结果已记录。"
    assert int(desk.locator("tfoot td").first.inner_text()) == int(waiting) - 1


def test_a_telephone_shows_each_clue_whole(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.reload()
    assert fits(desk)
    cell = desk.locator(".cards td").first
    assert cell.evaluate("it => getComputedStyle(it, '::before').content").startswith('"等级')
    assert desk.locator(".places a").first.evaluate("it => it.getClientRects().length <= 2"), "names are not broken up"
    desk.goto(f"{office.url}/clues/{FULL}")
    assert fits(desk)
    for fold in desk.locator("summary").all():
        fold.click()
    assert fits(desk)
    assert len(desk.screenshot(path=tmp_path / "clue.png", full_page=True)) > 50_000


def test_on_paper_everything_is_unfolded_and_nothing_can_be_pressed(desk: Page, office: Site) -> None:
    desk.goto(f"{office.url}/clues/{FULL}")
    assert not desk.get_by_text("判定时的数据新旧").first.is_visible()
    desk.emulate_media(media="print")
    assert desk.get_by_text("判定时的数据新旧").first.is_visible()
    assert desk.get_by_text("入户核实").is_visible()
    for hidden in ("header nav", "button", "#note", "input[type=date]"):
        assert desk.locator(hidden).first.is_hidden(), hidden
    assert "北京时间" in desk.locator("footer").inner_text()
    assert desk.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_put_off_and_taken_back(desk: Page, office: Site) -> None:
    desk.goto(f"{office.url}/clues/{FULL}")
    first = desk.locator(".warning").first
    first.locator("summary", has_text="暂缓").click()
    first.locator("input[type=date]").fill("2026-12-01")
    first.locator("input[name=reason]").fill("户主住院，出院后入户")
    first.get_by_role("button", name="暂缓").click()
    assert "暂缓至 2026-12-01" in first.inner_text()
    assert "户主住院" in desk.locator("#acts + ul").inner_text()
    first.get_by_role("button", name="取消暂缓").click()
    assert "暂缓至" not in first.inner_text()
