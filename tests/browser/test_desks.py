"""What people do on the page, from one end to the other."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from matcher import shipped
from matcher.triage.columns import CORRECTED, ID, QUEUE
from tests.browser.conftest import Visit
from tests.conftest import slowness
from tests.spreadsheets import workbook

VOUCHER = "收集企业领取创新券的记录，评价创新券政策对中小企业技术创新的促进作用"
OUTSIDE = "今天晚饭吃什么好，红烧肉怎么做"
SCRIPT = "<script>document.title='taken'</script><b>粗</b>"
ODD_GUIDE = """2030年湖东市软课题申报指南
一、重点课题
1.湖东市智慧公交线网优化研究
研究内容：分析公交客流数据，提出线路调整方案。
对接处室：交通处 0571-1001
此处原件有水渍看不清
2.夜间经济安全治理研究
研究内容：梳理夜市的消防问题。
对接处室：民生处 0571-1002
"""


def paste(page: Page, text: str) -> None:
    """Paste as people do: by the clipboard, with no key or click after it."""
    page.locator(".st-key-proposal textarea").click()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def upload(page: Page, file: Path, place: int = 0) -> None:
    page.locator("input[type=file]").nth(place).set_input_files(file)


def _written(file: Path, rows: int) -> Path:
    """Test texts and ten copies of the first, every fifth filed under another topic, one with markup in its title."""
    labelled = (shipped.data_file("eval/tianjin-test.jsonl")).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line) for line in labelled]
    topics = [max(t["relevant"], default="1-01") for t in texts]
    table: list[list[object]] = [["编号", "项目名称", "摘要", "申报课题", "申报单位", "负责人", "年度"]]
    for n in range(rows):
        text = texts[n % (rows - 10)]
        title = SCRIPT if n == 5 else text["title"]
        declared = topics[(n + 7 if n % 5 == 0 else n) % len(topics)]
        table.append([f"r{n:03d}", title, text["abstract"], declared, f"单位{n}", f"人{n}", "2021"])
    return workbook(file, {"Sheet": table})


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """200 rows, of which each takes its time."""
    return _written(tmp_path / "batch.xlsx", 200)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """30 rows, where it is not their number that counts: more than the table shows at once."""
    return _written(tmp_path / "few.xlsx", 30)


def test_pasting_is_enough_for_an_answer(visit: Visit) -> None:
    page = visit("")
    paste(page, VOUCHER)
    expect(page.locator(".card h3")).to_contain_text("2-12")
    expect(page.locator(".office")).to_contain_text("58832826")
    expect(page.locator(".items li").first).to_be_visible()


@pytest.mark.long  # the clock says nothing of the page where other tests run beside it
def test_an_answer_takes_three_seconds_and_a_queue_of_200_rows_ten(visit: Visit, batch: Path) -> None:
    page = visit("")
    expect(page.locator(".guide-line")).to_be_visible()
    start = time.monotonic()
    paste(page, VOUCHER)
    page.locator(".card h3").wait_for()
    answered = time.monotonic() - start
    page = visit("intake")
    expect(page.locator(".guide-line")).to_be_visible()
    start = time.monotonic()
    upload(page, batch)
    page.locator("[data-testid=stDataFrame]").wait_for()
    queued = time.monotonic() - start
    print(f"an answer after pasting: {answered:.2f} s; 200 rows to a queue: {queued:.2f} s")
    assert answered < 3 * slowness()
    assert queued < 10 * slowness()


def test_pointing_at_a_sentence_lights_its_counterpart_and_so_does_the_keyboard(visit: Visit) -> None:
    page = visit("")
    paste(page, VOUCHER)
    mark = page.locator(".side").first.locator("mark.pair").first
    number = mark.get_attribute("data-pair")
    other = page.locator(".side").nth(1).locator(f'mark[data-pair="{number}"]').first
    for _ in range(5):  # the script that lights it may load behind the text
        mark.hover()
        page.wait_for_timeout(500)
        if "lit" in (other.get_attribute("class") or ""):
            break
        page.mouse.move(5, 5)
    expect(other).to_have_class(re.compile("lit"))
    page.mouse.move(5, 5)
    expect(other).not_to_have_class(re.compile("lit"))
    mark.focus()
    expect(other).to_have_class(re.compile("lit"))


def test_an_answer_can_be_copied(visit: Visit) -> None:
    page = visit("")
    paste(page, VOUCHER)
    page.get_by_role("button", name="复制结果").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert "区域创新处 58832826" in page.evaluate("navigator.clipboard.readText()")


def test_nothing_fits_is_said_plainly(visit: Visit) -> None:
    page = visit("")
    paste(page, OUTSIDE)
    expect(page.locator(".verdict")).to_contain_text("没有合适的课题")


def test_a_batch_becomes_a_queue_is_corrected_and_downloaded(
    visit: Visit, batch: Path, tmp_path: Path
) -> None:
    page = visit("intake")
    upload(page, batch)
    expect(page.locator(".figures")).to_contain_text("200")
    # The first of the queue is open: take the suggestion, then step on and keep what was declared.
    first = page.locator(".st-key-open .id").first.inner_text()
    page.get_by_role("button", name=re.compile("^采纳建议")).click()
    expect(page.get_by_text("含 1 个决定")).to_be_visible()
    page.get_by_role("button", name="下一份 →").click()
    expect(page.locator(".st-key-open .id").first).not_to_have_text(first)
    second = page.locator(".st-key-open .id").first.inner_text()
    page.get_by_role("button", name=re.compile("^维持所报")).click()
    expect(page.get_by_text("含 2 个决定")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 .xlsx").click()
    file = tmp_path / "report.xlsx"
    download.value.save_as(file)
    rows = list(load_workbook(file)[QUEUE].iter_rows(values_only=True))
    place = {name: i for i, name in enumerate(map(str, rows[0]))}
    decided = {row[place[ID]]: row[place[CORRECTED]] for row in rows[1:] if row[place[CORRECTED]]}
    assert len(rows) == 201
    assert set(decided) == {first, second}
    assert all(re.fullmatch(r"\d-\d\d", str(topic)) for topic in decided.values())


def test_choosing_a_row_of_the_queue_opens_it(visit: Visit, few: Path) -> None:
    page = visit("intake")
    upload(page, few)
    grid = page.locator("[data-testid=stDataFrame]")
    grid.wait_for()
    opened, rows = page.locator(".st-key-open"), grid.locator(".dvn-scroller")
    # The table is drawn on a canvas: its fourth row lies below the heading and three rows.
    height = 38 + 35 * 3 + 17
    rows.click(position={"x": 16, "y": height})  # its checkbox
    expect(opened).to_contain_text("第 4 / 30")
    rows.click(position={"x": 400, "y": height + 35})  # any cell
    expect(opened).to_contain_text("第 5 / 30")
    page.keyboard.press("j")  # with the table still in focus
    expect(opened).to_contain_text("第 6 / 30")
    page.get_by_role("button", name="下一份 →").click()
    expect(opened).to_contain_text("第 7 / 30")
    rows.click(position={"x": 400, "y": height + 35})  # the same cell again
    expect(opened).to_contain_text("第 5 / 30")


def test_markup_in_a_title_stays_text(visit: Visit, few: Path) -> None:
    page = visit("intake")
    upload(page, few)
    page.locator("[data-testid=stDataFrame]").wait_for()
    page.get_by_label(re.compile("查找")).fill("r005")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-open .id").first).to_have_text("r005")
    expect(page.locator(".st-key-open h3")).to_contain_text(SCRIPT)
    assert page.title() != "taken"


def test_copies_are_shown_side_by_side_and_the_threshold_acts_at_once(visit: Visit, few: Path) -> None:
    page = visit("duplicates")
    upload(page, few)
    page.locator(".sides").wait_for()
    left, right = page.locator(".side").nth(0), page.locator(".side").nth(1)
    mark = left.locator("mark.pair").first
    number = mark.get_attribute("data-pair")
    mark.hover()
    expect(right.locator(f'mark[data-pair="{number}"]').first).to_have_class(re.compile("lit"))
    pairs = page.locator(".figures li").nth(1).locator("b")
    before = int(pairs.inner_text())
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".figures")).to_be_visible()
    page.wait_for_timeout(800)
    assert int(pairs.inner_text()) >= before
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 .html").click()
    assert "关注度" in Path(download.value.path()).read_text("utf-8")


def test_a_guide_of_ones_own_answers_and_shows_the_line_that_was_not_understood(
    visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "湖东.txt"
    file.write_text(ODD_GUIDE, encoding="utf-8")
    page = visit("guide")
    upload(page, file)
    expect(page.locator(".section").first).to_have_text("2030年湖东市软课题申报指南")
    expect(page.get_by_text("没有读懂的行，请人工核对").first).to_be_visible()
    page.get_by_text("课题地图").click()
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_be_visible()
    page.get_by_role("link", name="选题").click()
    expect(page.locator(".guide-line")).to_contain_text("湖东市")
    paste(page, "公交线路怎样调整，换乘才方便")
    expect(page.locator(".card h3")).to_contain_text("1-01")
    expect(page.locator(".office")).to_contain_text("0571-1001")


def test_the_language_switch_translates_the_page_and_stays(visit: Visit) -> None:
    page = visit("")
    page.get_by_text("EN", exact=True).click()
    expect(page.locator("h1")).to_have_text("Which topic does your research fit?")
    paste(page, VOUCHER)
    expect(page.locator(".verdict")).to_contain_text("sure")
    page.get_by_role("link", name="Guide", exact=True).click()
    expect(page.locator("h1")).to_have_text("The guide")
    page.get_by_role("link", name="Find a topic").click()
    expect(page.locator(".card h3")).to_contain_text("2-12")  # the text is still there
    # What is chosen in a box is shown in the new language too.
    page.get_by_role("link", name="Intake").click()
    expect(page.get_by_role("combobox", name="Season")).to_have_value("not kept (ends with the tab)")
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("combobox", name="申报季")).to_have_value("不保存（关页即失）")


def test_a_file_of_thirty_megabytes_and_a_broken_one_are_refused_in_a_line(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.4\n" + b"0" * 30_000_000)
    upload(page, large)
    expect(page.get_by_text(re.compile("large.pdf")).first).to_be_visible()
    expect(page.get_by_text(re.compile("20 ?MB|exceed", re.I)).first).to_be_visible()
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no document")
    page = visit("")
    upload(page, broken)
    expect(page.locator(".notice.bad")).to_contain_text("broken.docx 已损坏")
    expect(page.locator(".notice.bad")).not_to_contain_text("Traceback")


def test_two_people_do_not_see_each_other(visit: Visit, few: Path) -> None:
    one, other = visit("intake"), visit("intake")
    upload(one, few)
    one.locator("[data-testid=stDataFrame]").wait_for()
    other.reload()
    other.wait_for_selector("h1")
    expect(other.locator(".guide-line")).to_be_visible()
    assert other.locator("[data-testid=stDataFrame]").count() == 0
    paste(page := visit(""), VOUCHER)
    expect(page.locator(".card h3")).to_contain_text("2-12")
    assert visit("").locator(".card").count() == 0


@pytest.mark.parametrize("path", ["", "intake", "duplicates", "guide", "about"])
def test_no_desk_is_wider_than_the_screen(visit: Visit, path: str) -> None:
    page = visit(path)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
