"""A passkey in a real browser, kept by its virtual authenticator."""

from playwright.sync_api import Page

from tests.browser.conftest import VisitAs
from tests.browser.site import Site, User

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_passkey(page: Page, user: User, url: str) -> None:
    """The account has a passkey of this browser, and its owner has put the recovery codes away."""
    page.goto(f"{url}/settings/two-step/passkeys/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", user.password)
        page.click("main form.form button[type=submit]")
    page.fill("input[name=name]", "this computer")
    page.click("main form[data-passkey] button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    page.locator("form[action$='safekeeping/'] button").click()
    page.wait_for_url("**/settings/two-step/")


def forget(page: Page) -> None:
    """Signed out; from no page of ours, because one that finds itself signed out loads itself again."""
    page.goto("about:blank")
    page.context.clear_cookies()


def test_a_passkey_is_made_opens_the_account_without_a_password_and_serves_as_second_step(
    visit_as: VisitAs, site: Site
) -> None:
    user = site.user("viewer", "en")
    visit = visit_as("")
    page = visit.page
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    visit.sign_in(user)
    add_passkey(page, user, site.url)

    forget(page)
    page.goto(f"{site.url}/sign-in/?next=/tasks/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/tasks/")

    forget(page)
    page.goto(f"{site.url}/sign-in/")
    page.fill("input[name=email]", user.email)
    page.fill("input[name=password]", user.password)
    page.click("main form.form button[type=submit]")
    page.wait_for_url("**/sign-in/code/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(f"{site.url}/")

    page.goto(f"{site.url}/settings/two-step/")
    page.locator("a[href*='removal/']").click()
    page.wait_for_url("**/removal/?step=*")
    page.locator("main button[data-kind=danger]").click()
    page.wait_for_url("**/settings/two-step/")
    assert page.locator("a[href*='removal/']").count() == 0
    assert visit.complaints == []
