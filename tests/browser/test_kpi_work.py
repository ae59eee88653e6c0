"""KPIs with a mouse: a live preview, a file, a note, the check of a number."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs


def test_a_preview_follows_what_is_typed_and_names_the_column_of_a_mistake(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/new/")
    expect(page.locator("#id_formula")).to_be_hidden()
    page.fill("#id_name_en", "Index")
    page.fill("#id_key", "index")
    page.select_option("#id_unit", "percent")
    page.select_option("#id_aggregate", "formula")
    expect(page.locator("#id_metric")).to_be_hidden()
    page.fill("#id_formula", "([csat] + [on-time-rte]) / 2")
    expect(page.locator("#preview")).to_contain_text("Did you mean [on-time-rate]?")
    expect(page.locator("#preview .caret")).to_contain_text("^")
    page.fill("#id_formula", "")
    page.get_by_text("Insert a KPI").click()
    page.locator("[data-insert='[csat]']").click()
    expect(page.locator("#id_formula")).to_have_value("[csat]")
    expect(page.locator("#preview canvas")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("weeks have a value")
    assert visit.complaints == []


def test_without_javascript_a_button_previews(visit_as: VisitAs) -> None:
    visit = visit_as("manager", java_script_enabled=False)
    page = visit.open("/kpis/csat/definition/")
    page.fill("#id_least_score", "5")
    page.check("input[name=starts][value=beginning]")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("weeks would change")
    expect(page.locator("#id_least_score")).to_have_value("5")


def test_a_file_is_looked_at_checked_and_stored_without_choosing_it_again(
    visit_as: VisitAs, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("date,value\n2020-01-01,3\n2020-01-02,many\n", "utf-8")
    visit = visit_as("manager")
    page = visit.open("/metrics/orders.completed/upload/")
    page.set_input_files("#id_file", file)
    expect(page.locator("#look table")).to_contain_text("2020-01-01")
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#look")).to_contain_text("is not a number")
    page.get_by_role("button", name="Store 1 row").click()
    expect(page.locator("#look")).to_contain_text("What was stored")
    assert visit.complaints == []


def test_a_note_is_marked_on_the_chart_and_listed_below_it(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/csat/?grain=day")
    page.get_by_text("Add a note").click()
    page.fill("#note_text", "A sale began")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".mark-text")).to_have_text("A sale began")
    page.get_by_role("button", name="Remove the note").click()
    expect(page.locator(".mark-text")).to_have_count(0)
    assert visit.complaints == []


def test_a_number_is_checked_in_place(visit_as: VisitAs) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/csat/")
    page.evaluate("window.sameDocument = true")
    page.locator("#behind").get_by_role("link", name="Check this number").click()
    expect(page.locator("#proof-title")).to_have_text(
        re.compile("All .* cells of these days equal their facts")
    )
    expect(page.locator(".chart canvas")).to_be_visible()
    assert page.evaluate("window.sameDocument")
    assert visit.complaints == []


def test_the_arrow_keys_read_a_chart_which_follows_the_theme_and_is_given_out_as_a_picture(
    visit_as: VisitAs,
) -> None:
    visit = visit_as("manager")
    page = visit.open("/kpis/csat/?grain=day&view=team")
    plot, voice = page.locator("#series-chart .chart"), page.locator("#series-chart [aria-live]")
    plot.focus()
    page.keyboard.press("End")
    expect(voice).to_contain_text(",")
    last = voice.text_content()
    page.keyboard.press("ArrowLeft")
    expect(voice).not_to_have_text(last or "")
    page.keyboard.press("ArrowRight")
    expect(voice).to_have_text(last or "")
    ink = (
        "echarts.getInstanceByDom(document.querySelector('#series-chart .chart')).getOption().textStyle.color"
    )
    light = page.evaluate(ink)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"{ink} !== {light!r}")
    with page.expect_download() as download:
        page.locator("#series-chart").get_by_role("button", name="PNG").click()
    assert download.value.suggested_filename.startswith("csat-day-")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    expect(page.locator(".multiples canvas").first).to_be_visible()
    assert visit.complaints == []
