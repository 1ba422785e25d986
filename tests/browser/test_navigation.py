"""The bar at the top, in both languages, with mouse and keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": ("Contacts", "All Contacts", "admin", "Integrations"),
    "ja": ("コンタクト", "すべてのコンタクト", "admin", "インテグレーション"),
}


@pytest.mark.parametrize("language", WORDS)
def test_menus_lead_to_contacts_and_integrations(open_window, admin_client, language):
    contacts, all_contacts, account, integrations = WORDS[language]
    page = open_window(client=admin_client, language=language).visit("/")
    bar = page.locator("#header")
    bar.locator(".topbar-main summary", has_text=contacts).click()
    bar.get_by_role("link", name=all_contacts).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(all_contacts)
    bar.locator("summary", has_text=account).click()
    bar.get_by_role("link", name=integrations).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(integrations)


def test_the_language_changes_and_the_page_stays(mika):
    page = mika.visit("/companies/company/")
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("会社")
    assert page.url.endswith("/companies/company/")


def test_escape_and_a_click_elsewhere_close_a_menu(mika):
    page = mika.visit("/")
    summary, menu = page.locator(".topbar-main summary"), page.locator(".topbar-main .menu")
    summary.click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(menu).not_to_have_attribute("open", "")


def test_the_slash_key_goes_to_the_search_box_but_can_be_typed_there(mika):
    page = mika.visit("/contacts/contact/")
    page.locator("body").press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_have_value("/")


def test_on_a_phone_one_menu_holds_all_pages(open_window, admin_client):
    page = open_window(client=admin_client, viewport=PHONE).visit("/")
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("link", name="Lists").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lists")


def test_the_theme_can_be_changed_and_stays(mika):
    page = mika.visit("/")
    page.locator("summary", has_text="admin").click()
    page.locator(".theme-toggle").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(mika.url + "/contacts/contact/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
