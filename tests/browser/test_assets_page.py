"""资产台账 in a real browser: heard, walked through with keys alone, on a telephone, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page

from services.local.postgres import Postgres
from tests.browser.assets_site import BANNER, DALAD, MANY, Site, site
from tests.browser.test_board import complaints, enter, fits, sheets, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(
    postgres: Postgres, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The API with a ledger, for this module."""
    with site(postgres, template, tmp_path_factory.mktemp("assets")) as made:
        yield made


@pytest.fixture
def desk(office: Site, page: Page) -> Page:
    """Signed in for the whole city, at the ledger."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(office.url)
    page.locator("#token").fill(office.token())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{office.url}/")
    return page


def sound(page: Page, shot: Path) -> None:
    """Nothing hangs over the edge, axe-core finds nothing wrong, and there is a picture to look at."""
    page.screenshot(path=shot, full_page=True)
    assert fits(page)
    assert complaints(page) == []


def row(page: Page, section: str, title: str) -> list[str]:
    """The cells beside a row's title, in the section whose heading has this id."""
    found = page.locator(f"section:has(#{section}) tr", has=page.locator("th", has_text=title))
    return found.locator("td").all_inner_texts()


def test_from_the_sums_to_an_assets_life_with_keys_alone(office: Site, page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    enter(page, office, office.token())
    assert page.locator("h1").inner_text() == "资产台账：全市"
    sound(page, tmp_path / "ledger.png")
    tab_to(page, ".places a[href*='asset_class=operating']")
    count = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office.url}/assets?*")
    assert page.locator("tbody tr").count() == int(count) == 2, "the list behind a number has as many assets"
    sound(page, tmp_path / "listing.png")
    tab_to(page, f"a[href^='/assets/{office.assets['full']}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office.url}/assets/*")
    assert page.locator("h1").inner_text().startswith("肉羊养殖棚圈")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    assert page.get_by_role("region", name="2024 分配方案的明细").is_visible()
    sound(page, tmp_path / "asset.png")


def test_the_sums_are_one_another_to_the_fen(desk: Page) -> None:
    places = row(desk, "places", "合计")
    assert places[:2] == ["59", "2,399,011.86"]
    classes = [row(desk, "by-class", title) for title in ("经营性", "公益性", "到户类")]
    assert [places[2:4], places[4:6], places[6:8]] == [cells[:2] for cells in classes]
    assert sum(Decimal(cells[1].replace(",", "")) for cells in classes) == Decimal("2399011.86")
    assert row(desk, "by-source", "合计") == ["3,400,000.01", "2,399,011.86", "300,000.00", "700,988.15"]
    assert row(desk, "by-source", "结对帮扶") == ["500,000.00", "344,000.00", "60,000.00", "96,000.00"]
    assert row(desk, "by-state", "已处置") == ["1", "300,000.00"]
    assert row(desk, "by-class", "经营性") == ["2", "1,300,000.00", "1", "50.0%"]


def test_a_banner_opens_into_its_townships_and_what_is_its_own(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.locator(".places a", has_text="杭锦旗").click()
    desk.wait_for_url(f"{office.url}/?division={BANNER}")
    assert desk.locator("h1").inner_text() == "资产台账：杭锦旗"
    assert row(desk, "places", "本级")[:2] == ["1", "100,000.00"]
    assert row(desk, "places", "锡尼镇")[:2] == ["3", "1,620,000.01"]
    assert "项目 1 个，资金 2,500,000.01 元 = 形成资产 2,020,000.01 元" in desk.locator("main").inner_text()
    sound(desk, tmp_path / "banner.png")
    desk.goto(f"{office.url}/?division=150625100201")
    assert row(desk, "places", "阿门其日格")[:2] == ["2", "420,000.01"]
    sound(desk, tmp_path / "village.png")


def test_a_past_day_knows_nothing_later(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.locator("#as_of").fill("2024-01-01")
    desk.get_by_role("button", name="看").click()
    assert "截至 2024-01-01" in desk.locator("main").inner_text()
    assert row(desk, "places", "合计")[:2] == ["60", "2,699,011.86"], "what was disposed of later stood then"
    sound(desk, tmp_path / "past.png")
    desk.goto(f"{office.url}/assets/{office.assets['full']}?as_of=2025-06-20")
    assert desk.locator("#books").count() == 1
    assert "已收 72,000.00 元 = 已付 0.00 元 + 结存 72,000.00 元" in desk.locator("main").inner_text()
    assert "公示中" in desk.locator("summary").first.inner_text()
    later = desk.locator(".timeline > li.quiet").all_inner_texts()
    assert [text[:10] for text in later][:2] == ["2025-06-28", "2025-06-30"]
    assert desk.request.get(f"{office.url}/assets/{office.assets['full']}?as_of=2023-11-19").status == 404


def test_a_life_tells_what_was_reversed_and_pays_in_one_line(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.goto(f"{office.url}/assets/{office.assets['full']}")
    life = desk.locator("section:has(#life)")
    reversed_one = life.locator("li", has=desk.locator("s"))
    assert reversed_one.locator("s").inner_text() == "状态变动：闲置（承包人退出）"
    assert "登记到了别的棚圈" in reversed_one.inner_text()
    paid = life.locator(".timeline > li", has_text="支付：2024 方案的 5 行，共 72,000.00 元")
    assert paid.locator("li").count() == 5
    assert "已收 72,000.00 元 = 已付 71,999.01 元 + 结存 0.99 元" in desk.locator("main").inner_text()
    problems = desk.locator(".notice li").all_inner_texts()
    assert [text.split("，")[0] for text in problems] == ["收益逾期未收", "资产损坏未修"]
    desk.goto(f"{office.url}/assets/{office.assets['gone']}")
    assert "处置收入 130.01 元，尚未安排 0.00 元，尚未使用 0.01 元" in desk.locator("main").inner_text()
    sound(desk, tmp_path / "gone.png")
    for name in ("public", "home", "banner"):
        desk.goto(f"{office.url}/assets/{office.assets[name]}")
        sound(desk, tmp_path / f"{name}.png")


def test_findings_lead_to_their_assets_and_lists_go_on(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.get_by_role("link", name="未确权").click()
    desk.wait_for_url(f"{office.url}/findings?*code=right_unconfirmed*")
    assert desk.locator("tbody tr").count() == 50
    sound(desk, tmp_path / "findings.png")
    desk.get_by_role("link", name="下一页").click()
    desk.wait_for_url("**after=*")
    assert desk.locator("tbody tr").count() == 8
    desk.locator("#state").select_option("explained")
    desk.get_by_role("button", name="筛选").click()
    assert desk.locator("tbody th").all_inner_texts() == ["未确权"]
    assert "正在补办产权证" in desk.locator("tbody").inner_text()
    desk.locator("tbody a").click()
    assert desk.locator("h1").inner_text().startswith("到户基础母羊")
    desk.goto(f"{office.url}/assets?division={DALAD}")
    names = desk.locator("tbody th").all_inner_texts()
    desk.get_by_role("link", name="下一页").click()
    names += desk.locator("tbody th").all_inner_texts()
    assert len(set(names)) == len(names) == MANY


def test_what_the_page_does_not_offer_is_refused_in_words(desk: Page, office: Site) -> None:
    for address, words in (
        ("/assets?asset_class=gold", "没有这个资产类别"),
        ("/assets?year=99", "项目年度写成 2024 这样"),
        ("/assets?state=idle&as_of=2024-01-01", "状态只能按现在的筛选"),
        ("/?as_of=2027-01-01", "截至日期不能晚于今天"),
        ("/?as_of=x", "截至日期写成"),
        ("/findings?code=none", "没有这个问题"),
        ("/assets/none", "没有这项资产"),
    ):
        answer = desk.request.get(office.url + address)
        assert answer.status in (404, 422), address
        assert words in answer.text()


def test_a_telephone_shows_every_page_whole(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    for name, address in (
        ("ledger", "/"),
        ("list", "/assets"),
        ("findings", "/findings"),
        ("asset", f"/assets/{office.assets['full']}"),
    ):
        desk.goto(office.url + address)
        for fold in desk.locator("summary").all():
            fold.click()
        sound(desk, tmp_path / f"narrow-{name}.png")
    desk.goto(f"{office.url}/assets")
    cell = desk.locator(".cards td").first
    assert cell.evaluate("it => getComputedStyle(it, '::before').content").startswith('"资产编码')
    desk.goto(office.url)
    names = desk.locator(".places tbody th").all()
    assert all(one.evaluate("it => it.clientWidth >= 80") for one in names), "names are not broken up"


def test_on_paper_a_life_is_unfolded_and_nothing_can_be_pressed(desk: Page, office: Site, tmp_path: Path) -> None:
    desk.emulate_media(media="print")
    for hidden in ("header nav", "button", "#as_of", ".rooms"):
        assert desk.locator(hidden).first.is_hidden(), hidden
    assert "北京时间" in desk.locator("footer").inner_text()
    assert sheets(desk.pdf(path=tmp_path / "ledger.pdf", prefer_css_page_size=True)) <= 2
    desk.goto(f"{office.url}/assets/{office.assets['full']}")
    desk.set_viewport_size({"width": 703, "height": 1030})
    assert fits(desk), "an upright A4 sheet less its margins is 703 px wide"
    assert desk.get_by_text("支付：第 5 行 0.02 元").is_visible()
    assert sheets(desk.pdf(path=tmp_path / "asset.pdf", prefer_css_page_size=True)) <= 4


def test_a_township_officer_sees_the_own_township_only(office: Site, page: Page) -> None:
    enter(page, office, office.token("township_officer", "150625100000"))
    assert page.locator("h1").inner_text() == "资产台账：锡尼镇"
    assert not page.locator(".trail").count()
    for address in ("/?division=150621000000", "/assets?division=150600000000", f"/assets/{office.assets['well-1']}"):
        assert page.request.get(office.url + address).status == 404, address
    page.goto(f"{office.url}/assets/{office.assets['full']}")
    assert "锡尼镇肉羊养殖项目" in page.locator("main").inner_text(), "the banner's project that built it is told"
