"""The path of the article, from the first click to the last, in both languages, with its very labels.

docs/behaviour.md, section 1. Behind each step the database and the requests that reached the org are checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from companies.models import Company
from contacts.models import Contact
from integrations.models import ImportRun, SalesforceConnection, SyncSettings
from integrations.sandbox import DemoOrg
from tests.e2e.processes import managed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Labels:
    """What the steps are called in one language."""

    integrations: str
    connect: str
    settings: str
    account_sync: str
    sync_accounts: str
    do_not_sync: str
    is_on: str
    company_mappings: str
    contacts: str
    all_contacts: str
    import_: str
    import_contacts: str
    from_salesforce: str
    next: str
    groups: tuple[str, ...]
    begin: str
    status: str
    finished: str
    manage_properties: str
    lists: str


WORDS = {
    "en": Labels(
        integrations="Integrations",
        connect="Connect",
        settings="Settings",
        account_sync="Account Sync",
        sync_accounts="Sync Accounts",
        do_not_sync="Do Not Sync",
        is_on="Account sync is now on.",
        company_mappings="Company Field Mappings",
        contacts="Contacts",
        all_contacts="All Contacts",
        import_="Import",
        import_contacts="Import contacts",
        from_salesforce="Import from Salesforce",
        next="Next",
        groups=(
            "All Leads and Contacts",
            "All Leads",
            "All Contacts",
            "Accounts Associated With Contacts",
            "All Leads and Contacts in a Campaign",
        ),
        begin="Begin Import",
        status="Import Status",
        finished="Finished",
        manage_properties="Manage Properties",
        lists="Lists",
    ),
    "ja": Labels(
        integrations="インテグレーション",
        connect="接続",
        settings="設定",
        account_sync="アカウント同期",
        sync_accounts="アカウントを同期",
        do_not_sync="同期しない",
        is_on="アカウントの同期が有効になりました。",
        company_mappings="会社フィールドマッピング",
        contacts="コンタクト",
        all_contacts="すべてのコンタクト",
        import_="インポート",
        import_contacts="コンタクトをインポート",
        from_salesforce="Salesforceからインポート",
        next="次へ",
        groups=(
            "すべてのリードとコンタクト",
            "すべてのリード",
            "すべてのコンタクト",
            "コンタクトに関連付けられているアカウント",
            "キャンペーン内のすべてのリードとコンタクト",
        ),
        begin="インポートを開始",
        status="インポート状況",
        finished="完了",
        manage_properties="プロパティを管理",
        lists="リスト",
    ),
}


@pytest.fixture
def org(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[DemoOrg]:
    """An org that nothing is connected to yet, and a worker that waits."""
    settings.IMPORT_FOLDER = tmp_path
    with (
        DemoOrg(contacts=150, accounts=40, leads=40, campaigns=1) as org,
        managed("qcluster", folder=tmp_path, WORKERS="1"),
    ):
        yield org


def go(page: Page, menu: str, entry: str) -> None:
    """Opens a menu of the bar and follows one of its links."""
    bar = page.locator("#header")
    bar.locator("summary", has_text=menu).first.click()
    bar.get_by_role("link", name=entry, exact=True).first.click()


def sign_in(page: Page, org: DemoOrg) -> None:
    """From the form for connecting through the org's own page and back."""
    page.locator("select[name=server]").select_option("my-domain")
    page.locator("input[name=my_domain]").fill(org.url)
    page.locator("input[name=client_id]").fill(org.client_id)
    page.locator("input[name=client_secret]").fill(org.client_secret)
    page.locator(".connect-form button[type=submit]").click()
    page.locator("button[value=allow]").click()
    page.wait_for_url("**/salesforceconnection/")


def choose_records(page: Page, words: Labels, number: int) -> None:
    """Steps 5 to 8: from All Contacts to the records that are to be imported."""
    go(page, words.contacts, words.all_contacts)
    expect(page.get_by_role("heading", level=1)).to_have_text(words.all_contacts)
    page.locator(".object-tools").get_by_role("link", name=words.import_, exact=True).click()
    page.get_by_role("link", name=words.import_contacts).first.click()

    # 7: how to import
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=words.from_salesforce).check()
    dialog.get_by_role("button", name=words.next).click()

    # 8: which records
    group = dialog.get_by_role("combobox")
    expect(group.locator("option")).to_have_text(list(words.groups))
    group.select_option(label=words.groups[number])


def confirm(page: Page, words: Labels) -> None:
    """Steps 9 and 10: OK, and Import Status until the import is done."""
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.status)
    expect(page.locator("#progress .badge").first).to_have_text(words.finished, timeout=60_000)


@pytest.mark.parametrize("language", WORDS)
def test_the_thirteen_steps(open_window, admin_client, org, language):
    words = WORDS[language]
    page = open_window(client=admin_client, language=language).visit("/")
    title = page.get_by_role("heading", level=1)

    # 1, 2: Account Menu → Integrations → Settings
    go(page, "admin", words.integrations)
    expect(title).to_have_text(words.integrations)
    page.get_by_role("link", name=words.connect, exact=True).click()
    sign_in(page, org)
    assert SalesforceConnection.objects.get().org_id == org.org_id
    asked = org.api_calls
    page.get_by_role("link", name=words.settings, exact=True).first.click()

    # 3: Account Sync
    page.wait_for_url("**/syncsettings/")  # until its scripts have run, too
    expect(page.get_by_role("heading", name=words.account_sync)).to_be_visible()
    chooser = page.locator("select[name=account_sync]")
    expect(chooser.locator("option")).to_have_text([words.sync_accounts, words.do_not_sync])
    chooser.select_option(label=words.sync_accounts)
    expect(page.locator("#toasts .toast").last).to_contain_text(words.is_on)
    assert SyncSettings.objects.get().account_sync

    # 4: Company Field Mappings
    page.get_by_role("link", name=words.company_mappings).click()
    expect(title).to_have_text(words.company_mappings)
    expect(page.get_by_role("row", name="Account Name")).to_be_visible()

    # The people come first; the accounts that they belong to are the article's import.
    choose_records(page, words, 0)
    assert org.api_calls == asked, "No page asks Salesforce anything."
    page.get_by_role("dialog").get_by_role("button", name=words.begin).click()
    confirm(page, words)
    assert Contact.objects.exists()

    # 5 to 8: Contacts → All Contacts → Import → Import contacts → which records
    asked = org.api_calls
    choose_records(page, words, 3)
    assert org.api_calls == asked, "No page asks Salesforce anything."
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=words.begin).click()

    # 9: the number of objects and the API calls
    [(associated,)] = org.sql(
        "SELECT count(DISTINCT AccountId) FROM Contact WHERE IsDeleted = 0 AND AccountId IS NOT NULL"
    )
    expect(dialog.get_by_role("heading")).to_contain_text(words.groups[3])
    expect(dialog.locator("dd").first).to_have_text(str(associated))
    assert (counted := org.api_calls) > asked
    assert ImportRun.objects.filter(record_group="accounts").count() == 0

    # 10: Import Status
    confirm(page, words)
    assert Company.objects.count() == associated
    assert org.api_calls > counted

    # 11: All Contacts → a name → Manage Properties
    contact = (
        Contact.objects.exclude(company=None).exclude(email=None).select_related("company").earliest("pk")
    )
    go(page, words.contacts, words.all_contacts)
    page.locator("#searchbar").fill(str(contact.email))
    page.keyboard.press("Enter")
    page.get_by_role("link", name=str(contact), exact=True).click()
    aside = page.locator(".record-aside")
    expect(aside).to_contain_text(str(contact.company))
    aside.get_by_role("link", name=words.manage_properties).click()
    expect(page.locator("body")).to_contain_text("AccountNumber")

    # 12: the company with all account fields from Salesforce, mapped or not
    page.go_back()
    aside.get_by_role("link", name=str(contact.company), exact=True).click()
    [described] = org.sql("SELECT Id, Name FROM Account WHERE Name = ? LIMIT 1", contact.company.name)
    expect(page.locator("body")).to_contain_text(str(described[0]))
    for field in ("BillingStreet", "CreatedDate", "SystemModstamp"):
        expect(page.get_by_text(re.compile(rf"\b{field}\b")).first).to_be_attached()

    # 13: Lists
    page.locator("#header").get_by_role("link", name=words.lists, exact=True).click()
    expect(title).to_have_text(words.lists)
