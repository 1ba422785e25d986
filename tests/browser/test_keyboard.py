"""The thirteen steps by keyboard alone: not one click (docs/behaviour.md, section 1)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from companies.models import Company
from contacts.models import Contact
from integrations.models import SyncSettings
from integrations.sandbox import DemoOrg
from tests.e2e.processes import managed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the element is called that the keys go to.
FOCUSED = """() => {
  const it = document.activeElement;
  return (it.getAttribute("aria-label") || it.labels?.[0]?.innerText || it.innerText || "").trim();
}"""
MOST_TABS = 120


@pytest.fixture
def org(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[DemoOrg]:
    settings.IMPORT_FOLDER = tmp_path
    with (
        DemoOrg(contacts=30, accounts=12, leads=8, campaigns=1) as org,
        managed("qcluster", folder=tmp_path, WORKERS="1"),
    ):
        yield org


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element of this name has the focus."""
    seen = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1] == name:
            return
    raise AssertionError(f"No way to {name} by Tab, only to {seen}")


def press(page: Page, *names: str) -> None:
    """Goes to each of the elements in turn and presses Enter."""
    for name in names:
        tab_to(page, name)
        page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def choose(page: Page, value: str) -> None:
    """Goes through the options of the drop-down that has the focus, from its first."""
    page.keyboard.press("Home")
    for _ in range(10):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"There is no option {value}.")


def import_records(page: Page, group: str) -> None:
    """Steps 5 to 10."""
    title = page.get_by_role("heading", level=1)
    press(page, "Contacts", "All Contacts")
    expect(title).to_have_text("All Contacts")
    press(page, "Import")
    expect(title).to_have_text("Imports")
    press(page, "Import contacts")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    press(page, "Next")
    expect(dialog.get_by_role("combobox")).to_be_visible()
    if not page.evaluate("document.activeElement.matches('select')"):
        page.keyboard.press("Tab")
    choose(page, group)
    press(page, "Begin Import")
    ok = dialog.get_by_role("button", name="OK")
    expect(ok).to_be_focused()
    page.keyboard.press("Enter")
    expect(title).to_have_text("Import Status")
    expect(page.locator("#progress .badge").first).to_have_text("Finished", timeout=60_000)


def test_the_thirteen_steps_by_keyboard(open_window, admin_client, org):
    page = open_window(client=admin_client).visit("/")
    title = page.get_by_role("heading", level=1)

    # 1, 2
    press(page, "admin", "Integrations")
    expect(title).to_have_text("Integrations")
    press(page, "Connect")
    expect(title).to_have_text("Connect Salesforce")
    tab_to(page, "Sign in at")
    choose(page, "my-domain")
    fill(page, "My Domain address", org.url)
    fill(page, "Consumer key", org.client_id)
    fill(page, "Consumer secret", org.client_secret)
    page.keyboard.press("Enter")
    expect(title).to_have_text("Demo Salesforce org")
    press(page, "Allow")
    expect(title).to_have_text("Integrations")
    press(page, "Settings")
    page.wait_for_url("**/syncsettings/")

    # 3, 4
    page.wait_for_load_state()
    page.locator("select[name=account_sync]").wait_for()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "account_sync":
            break
    page.keyboard.press("ArrowUp")
    expect(page.locator("#toasts .toast").last).to_contain_text("Account sync is now on.")
    assert SyncSettings.objects.get().account_sync
    press(page, "Company Field Mappings")
    expect(title).to_have_text("Company Field Mappings")

    # 5 to 10
    import_records(page, "leads-and-contacts")
    import_records(page, "accounts")
    assert Company.objects.exists()

    # 11, 12
    contact = (
        Contact.objects.exclude(company=None).exclude(email=None).select_related("company").earliest("pk")
    )
    press(page, "Contacts", "All Contacts")
    expect(title).to_have_text("All Contacts")
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type(str(contact.email))
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    press(page, str(contact))
    expect(title).to_have_text(str(contact))
    press(page, "Manage Properties")
    expect(page.locator("body")).to_contain_text("AccountNumber")
    page.go_back()
    expect(title).to_have_text(str(contact))
    press(page, str(contact.company))
    expect(title).to_have_text(str(contact.company))

    # 13
    press(page, "Lists")
    expect(title).to_have_text("Lists")
