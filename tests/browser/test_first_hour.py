"""A newcomer's first hour in an empty organization, by keyboard only."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import VisitAs
from tests.browser.site import Site, User
from tests.browser.visit import Visit

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
MOST_STEPS = 120


def reach(page: Page, selector: str) -> None:
    """The focus moves on until it is there."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by keyboard to {selector} on {page.url}")


def follow(visit: Visit, selector: str) -> None:
    """The link or button is reached and pressed, and what comes of it is there."""
    reach(visit.page, selector)
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
    visit.settle()


def test_a_newcomer_takes_the_four_steps_by_keyboard(visit_as: VisitAs, site: Site, tmp_path: Path) -> None:
    site.run(FOUND)
    file = tmp_path / "tasks.csv"
    file.write_text("id,title,created\n1,Call Mrs Wang,2026-10-01\n2,,2026-10-01\n", "utf-8")
    visit = visit_as("")
    visit.sign_in(NORA)
    page = visit.page
    expect(page.locator("main")).to_contain_text("0 of 4 done")

    follow(visit, "main a[href='/settings/invitations/']")
    reach(page, "main input[name=email]")
    page.keyboard.type("friend@example.test")
    follow(visit, "main form.form button[type=submit]")
    follow(visit, "nav a[href='/']")

    follow(visit, "main a[href='/first-steps/kpis/']")
    for key in ("first-response-time", "on-time-rate", "csat"):
        reach(page, f"input[value={key}]")
        page.keyboard.press("Space")
    follow(visit, "main form button[data-kind=primary]")
    expect(page.locator("main")).to_contain_text("2 of 4 done")

    follow(visit, "main a[href='/tasks/import/']")
    reach(page, "main input[type=file]")
    page.locator("main input[type=file]").set_input_files(file)
    follow(visit, "main form button[type=submit]")
    follow(visit, "main form[action$='/check/'] button[type=submit]")
    site.run(WORK)
    expect(page.locator("#outcome-title")).to_have_text("What storing would do")
    follow(visit, "main form[action$='/storing/'] button")
    site.run(WORK)
    expect(page.locator("#outcome-title")).to_have_text("What was stored")
    follow(visit, "nav a[href='/']")
    expect(page.locator("main")).to_contain_text("3 of 4 done")

    follow(visit, "main a[href='/goals/new/']")
    reach(page, "main input[name=name_en]")
    page.keyboard.type("Answer within a day")
    follow(visit, "main form.goal-form button[data-kind=primary]")
    expect(page.locator("h1")).to_have_text("Answer within a day")
    visit.open("/first-steps/")
    expect(page.locator("main")).to_contain_text("4 of 4 done")
    assert visit.complaints == []
