"""The import dialog in a real browser, before a real worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from contacts.models import Contact
from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from tests.e2e.processes import Process, managed, wait_for
from tests.integrations.services.connected import connect_to, started

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/integrations/importrun/"


@pytest.fixture
def org(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[DemoOrg]:
    settings.IMPORT_FOLDER = tmp_path
    with DemoOrg(contacts=120, accounts=30, leads=40, campaigns=2) as org:
        connect_to(org)
        yield org


@pytest.fixture
def worker(org: DemoOrg, tmp_path: Path) -> Iterator[Process]:
    with managed("qcluster", folder=tmp_path, WORKERS="1") as worker:
        yield worker


def on_confirm(page: Page, group: str) -> Page:
    """The dialog with the counts of a group, reached by mouse from All Contacts."""
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name="Import contacts").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Import from Salesforce").check()
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("combobox", name="Which records").select_option(label=group)
    dialog.get_by_role("button", name="Begin Import").click()
    expect(dialog.get_by_role("heading")).to_have_text(f"Import {group} from Salesforce?")
    return page


def test_from_all_contacts_to_a_finished_import_by_mouse(mika, org, worker):
    page = on_confirm(mika.visit("/contacts/contact/"), "All Contacts")
    expect(page.get_by_role("dialog")).to_contain_text("120")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import Status")
    expect(page.locator("#progress .badge").first).to_have_text("Finished", timeout=60_000)
    assert Contact.objects.count() > 100


def test_by_keyboard_alone(mika, org):
    page = mika.visit(LIST)
    page.get_by_role("link", name="Import contacts").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/")
    expect(page.get_by_role("radio", name="Import from Salesforce")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/**")
    expect(page.get_by_role("combobox", name="Which records")).to_be_focused()
    page.keyboard.type("All Leads")
    page.keyboard.press("ArrowDown")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Begin Import")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm/**")
    expect(page.get_by_role("button", name="OK")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Import Status")
    assert ImportRun.objects.count() == 1


def test_escape_leads_back_and_focus_cannot_leave_the_dialog(mika, org):
    page = mika.visit(f"{LIST}start/")
    for _ in range(8):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{LIST}")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_double_click_back_and_reload_start_one_import(mika, org):
    page = on_confirm(mika.visit("/contacts/contact/"), "All Contacts")
    page.get_by_role("button", name="OK").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import Status")
    status = page.url
    page.reload()
    page.go_back()
    page.get_by_role("button", name="OK").click()
    page.wait_for_url(status)
    assert ImportRun.objects.count() == 1


def test_a_campaign_is_looked_for_in_the_dialog(mika, org):
    [(name,)] = org.sql("SELECT Name FROM Campaign ORDER BY Id LIMIT 1")
    page = mika.visit(f"{LIST}start/records/")
    dialog = page.get_by_role("dialog")
    find = dialog.get_by_role("button", name="Find campaigns")
    expect(find).to_be_hidden()
    dialog.get_by_role("combobox", name="Which records").select_option("campaign")
    find.click()
    dialog.get_by_role("radio", name=str(name)).check()
    dialog.get_by_role("button", name="Begin Import").click()
    expect(dialog).to_contain_text(f"Campaign: {name}")


def test_without_javascript_the_dialog_works_too(browser, live_server, admin_client, org):
    context = browser.new_context(java_script_enabled=False)
    session = admin_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/contacts/contact/")
    on_confirm(page, "All Leads").get_by_role("button", name="OK").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import Status")
    context.close()


def test_the_list_cancels_and_resumes(mika, org):
    run = started("contacts")
    page = mika.visit(LIST)
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel the import").click()
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == "cancelled")
    page = mika.visit(LIST)
    page.get_by_role("button", name="Resume").click()
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == "queued")
