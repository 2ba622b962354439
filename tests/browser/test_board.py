"""指标看板 in a real browser: heard, walked through with keys alone, on a telephone, on one sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from services.local.postgres import Postgres
from tests.browser.board_site import HANGJIN, Site, site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(
    postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The API with households and figures, for this module."""
    with site(postgres, template, tmp_path_factory.mktemp("board")) as made:
        yield made


@pytest.fixture
def desk(office: Site, page: Page) -> Page:
    """Signed in for the whole city, at the board."""
    page.set_viewport_size({"width": 1280, "height": 900})
    enter(page, office, office.token())
    return page


def enter(page: Page, office: Site, token: str) -> None:
    """Sign in with nothing but keys."""
    page.goto(office.url)
    page.wait_for_function("document.activeElement?.id === 'token'")
    page.keyboard.insert_text(token)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office.url}/")


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


def complaints(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands, by rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def sheets(pdf: bytes) -> int:
    """The pages of a PDF that Chromium made."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_plans_table_and_why_with_keys_alone(desk: Page, office: Site, tmp_path: Path) -> None:
    assert desk.locator("h1").inner_text() == "指标看板：全市"
    titles = desk.locator(".board tbody th").all_inner_texts()
    assert len(titles) == 16
    assert titles[4] == "农村牧区低保标准占城市低保标准比例（%）"
    assert fits(desk)
    assert complaints(desk) == []
    assert len(desk.screenshot(path=tmp_path / "board.png", full_page=True)) > 100_000
    tab_to(desk, "a.why")
    number = desk.locator("a.why").first.inner_text()
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{office.url}/values/*")
    assert number in desk.locator("h1").inner_text()
    assert fits(desk)
    assert complaints(desk) == []


def test_why_a_number_names_everyone_behind_it(desk: Page, tmp_path: Path) -> None:
    desk.locator("tr", has_text="参加基本医疗保险率").locator("a.why").click()
    assert desk.locator("h1").inner_text().startswith("为什么是 77.78%")
    behind = desk.locator("section", has=desk.locator("#behind"))
    assert behind.locator(".rooms a").all_inner_texts() == ["分子 252", "分母 324", "在分母、不在分子 72"]
    rows = behind.locator("tbody tr")
    assert rows.count() == 50, "who is missing is what is asked first"
    desk.get_by_role("link", name="下一页").click()
    desk.wait_for_url("**&after=*")
    assert rows.count() == 22
    behind.get_by_role("link", name="分母 324", exact=True).click()
    desk.wait_for_url("**?part=denominator*")
    assert "乡村振兴（农牧） 户与成员 HU-" in rows.first.inner_text()
    assert complaints(desk) == []
    assert fits(desk)
    desk.screenshot(path=tmp_path / "why.png", full_page=True)
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)
    desk.screenshot(path=tmp_path / "why-narrow.png", full_page=True)
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 703, "height": 1030})
    assert fits(desk), "an upright A4 sheet less its margins is 703 px wide"
    assert sheets(desk.pdf(path=tmp_path / "why.pdf", prefer_css_page_size=True)) > 1


def test_the_other_targets_have_a_page_of_their_own(desk: Page, tmp_path: Path) -> None:
    desk.get_by_role("link", name="其他目标").click()
    assert desk.locator("h1").inner_text() == "规划的其他目标：全市"
    assert desk.locator(".board tbody tr").count() > 30
    assert complaints(desk) == []
    assert fits(desk)
    desk.screenshot(path=tmp_path / "targets.png", full_page=True)
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)


def test_a_record_and_a_snapshot_have_pages_of_their_own(desk: Page, office: Site, tmp_path: Path) -> None:
    made = desk.request.post(
        f"{office.url}/v1/assessments",
        data={"kind": "yearly", "year": 2026, "title": "2026年度督导考核"},
        headers={"Authorization": f"Bearer {office.token()}"},
    )
    assert made.status == 201, made.text()
    desk.locator("tr", has_text="参加基本医疗保险率").locator("a.why").click()
    desk.locator("a[href^='/records/']").first.click()
    desk.wait_for_url("**/records/**")
    for name, title, following in (
        ("record", "影响的数值", ".rooms a[href='/assessments']"),
        ("snapshots", "督导考核", "table a"),
        ("snapshot", "2026年度督导考核", None),
    ):
        assert title in desk.locator("h1").inner_text()
        assert complaints(desk) == []
        assert fits(desk)
        desk.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        desk.set_viewport_size({"width": 390, "height": 844})
        assert fits(desk)
        desk.screenshot(path=tmp_path / f"{name}-narrow.png", full_page=True)
        desk.set_viewport_size({"width": 1280, "height": 900})
        if following:
            desk.locator(following).first.click()
            desk.wait_for_url("**/assessments**")


def test_a_bar_for_every_banner_largest_first_and_each_leads_on(desk: Page, office: Site) -> None:
    panel = desk.locator("article", has_text="参加基本医疗保险率")
    numbers = [float(text.rstrip("%")) for text in panel.locator("td.number").all_inner_texts()]
    assert len(numbers) == 9
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] < numbers[0]
    hangjin = desk.locator("tr", has_text="脱贫地区（杭锦旗）农牧民收入").locator("td[data-title='2026年现值']")
    assert hangjin.inner_text().startswith("杭锦旗"), "what only one banner has is shown for it"
    allowance = desk.locator("article", has_text="农村牧区低保标准").locator("tr", has_text="杭锦旗")
    number = allowance.locator("td.number").inner_text()
    panel.locator("a", has_text="杭锦旗").click()
    desk.wait_for_url(f"{office.url}/?division={HANGJIN}")
    assert desk.locator("h1").inner_text() == "指标看板：杭锦旗"
    assert desk.locator(".board td[data-title='2026年现值']").nth(4).inner_text().startswith(number)


def test_a_telephone_shows_every_indicator_whole(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.reload()
    assert fits(desk)
    assert complaints(desk) == []
    cell = desk.locator(".cards td").first
    assert cell.evaluate("it => getComputedStyle(it, '::before').content").startswith('"序号')
    assert len(desk.screenshot(path=tmp_path / "narrow.png", full_page=True)) > 100_000
    desk.locator("a.why").first.click()
    assert fits(desk)
    assert complaints(desk) == []


def test_the_whole_table_prints_on_one_sheet(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.emulate_media(media="print")
    assert desk.locator("tbody tr").first.is_visible()
    for hidden in ("header nav", "button", "#as_of", ".panels"):
        assert desk.locator(hidden).first.is_hidden(), hidden
    assert "北京时间" in desk.locator("footer").inner_text()
    printed = desk.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
    assert sheets(printed) == 1
    desk.goto(f"{office.url}/?division={HANGJIN}")
    assert sheets(desk.pdf(path=tmp_path / "banner.pdf", prefer_css_page_size=True)) == 1
    desk.goto(f"{office.url}/?as_of=2024-06-30")
    assert sheets(desk.pdf(path=tmp_path / "empty.pdf", prefer_css_page_size=True)) == 1, "a table full of reasons too"


def test_a_past_day_is_computed_as_of_then(desk: Page) -> None:
    desk.locator("#as_of").fill("2025-06-30")
    desk.get_by_role("button", name="看").click()
    assert "截至 2025-06-30" in desk.locator("main").inner_text()
    assert desk.locator("thead").first.inner_text().count("2025年现值") == 1


def test_an_officer_sees_the_own_banner_only(office: Site, page: Page) -> None:
    enter(page, office, office.token("banner_officer", HANGJIN))
    assert page.locator("h1").inner_text() == "指标看板：杭锦旗"
    assert not page.locator(".trail").count()
    refused = page.request.get(f"{office.url}/?division=150602000000")
    assert refused.status == 404
