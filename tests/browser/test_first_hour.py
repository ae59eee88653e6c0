"""A newcomer's first hour in an empty organization, by keyboard only."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.keyboard import follow, tab_to
from tests.browser.site import Site, User

NORA = User("nora@example.test", "quite unusual 77 words", "admin", "en")
FOUND = f"""
from common.tenancy import acting_for
from kpis.services import install_library
from people import services as people
from people.choices import Language, Role
organization = people.create_organization(slug="new", name_en="New", time_zone="Asia/Shanghai")
with acting_for(organization.pk):
    people.add_member(organization=organization, email="{NORA.email}", name="Nora", role=Role.ADMIN,
                      password="{NORA.password}", language=Language.ENGLISH)
    install_library(organization.pk)
"""
WORK = """
from common.tenancy import acting_for
from imports.services import carry_out
from people.models import Organization
organization = Organization.objects.get(slug="new")
with acting_for(organization.pk):
    carry_out(organization.pk)
"""
MOST_STOPS = 120


def test_a_newcomer_takes_the_four_steps_by_keyboard(visit_as: VisitAs, site: Site, tmp_path: Path) -> None:
    site.run(FOUND)
    file = tmp_path / "tasks.csv"
    file.write_text("id,title,created\n1,Call Mrs Wang,2026-10-01\n2,,2026-10-01\n", "utf-8")
    visit = visit_as("")
    visit.sign_in(NORA)
    page = visit.page
    expect(page.locator("main")).to_contain_text("0 of 4 done")

    follow(visit, page.locator("main a[href='/settings/invitations/']"), most_stops=MOST_STOPS)
    tab_to(page, page.locator("main input[name=email]"), most_stops=MOST_STOPS)
    page.keyboard.type("friend@example.test")
    follow(visit, page.locator("main form.form button[type=submit]"), most_stops=MOST_STOPS)
    follow(visit, page.locator("nav a[href='/']"), most_stops=MOST_STOPS)

    follow(visit, page.locator("main a[href='/first-steps/kpis/']"), most_stops=MOST_STOPS)
    for key in ("first-response-time", "on-time-rate", "csat"):
        tab_to(page, page.locator(f"input[value={key}]"), most_stops=MOST_STOPS)
        page.keyboard.press("Space")
    follow(visit, page.locator("main form button[data-kind=primary]"), most_stops=MOST_STOPS)
    expect(page.locator("main")).to_contain_text("2 of 4 done")

    follow(visit, page.locator("main a[href='/tasks/import/']"), most_stops=MOST_STOPS)
    tab_to(page, page.locator("main input[type=file]"), most_stops=MOST_STOPS)
    page.locator("main input[type=file]").set_input_files(file)
    follow(visit, page.locator("main form button[type=submit]"), most_stops=MOST_STOPS)
    follow(visit, page.locator("main form[action$='/check/'] button[type=submit]"), most_stops=MOST_STOPS)
    site.run(WORK)
    expect(page.locator("#outcome-title")).to_have_text("What storing would do")
    follow(visit, page.locator("main form[action$='/storing/'] button"), most_stops=MOST_STOPS)
    site.run(WORK)
    expect(page.locator("#outcome-title")).to_have_text("What was stored")
    follow(visit, page.locator("nav a[href='/']"), most_stops=MOST_STOPS)
    expect(page.locator("main")).to_contain_text("3 of 4 done")

    follow(visit, page.locator("main a[href='/goals/new/']"), most_stops=MOST_STOPS)
    tab_to(page, page.locator("main input[name=name_en]"), most_stops=MOST_STOPS)
    page.keyboard.type("Answer within a day")
    follow(visit, page.locator("main form.goal-form button[data-kind=primary]"), most_stops=MOST_STOPS)
    expect(page.locator("h1")).to_have_text("Answer within a day")
    visit.open("/first-steps/")
    expect(page.locator("main")).to_contain_text("4 of 4 done")
    assert visit.complaints == []
