"""Salesforce → Settings in a real browser."""

import pytest
from playwright.sync_api import expect

from integrations.models import SyncSettings
from tests.integrations.admin.conftest import make_org

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/integrations/syncsettings/"
WORDS = {
    "en": (
        "Account Sync",
        "Sync Accounts",
        "Do Not Sync",
        "Account sync is now on.",
        "Account sync is now off.",
    ),
    "ja": (
        "アカウント同期",
        "アカウントを同期",
        "同期しない",
        "アカウントの同期が有効になりました。",
        "アカウントの同期が無効になりました。",
    ),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_choice_is_saved_at_once_and_a_notice_at_the_bottom_right_says_so(
    open_window, admin_client, language
):
    section, on, off, said_on, said_off = WORDS[language]
    make_org()
    page = open_window(client=admin_client, language=language).visit(PAGE)
    expect(page.get_by_role("heading", name=section)).to_be_visible()
    chooser = page.get_by_label(section, exact=True).and_(page.locator("select"))
    for choice, said, is_on in ((on, said_on, True), (off, said_off, False)):
        chooser.select_option(label=choice)
        notice = page.locator("#toasts .toast").last
        expect(notice).to_contain_text(said)
        assert SyncSettings.objects.get().account_sync is is_on
    box, window = notice.bounding_box(), page.viewport_size
    assert (window["width"] - box["x"] - box["width"], window["height"] - box["y"] - box["height"]) == (
        16,
        16,
    )
    page.reload()
    expect(chooser).to_have_value("off")


def test_a_late_notice_can_be_closed_and_goes_by_itself(mika):
    make_org()
    page = mika.visit(PAGE)
    page.clock.install()
    page.locator("select[name=account_sync]").select_option("sync")
    toast = page.locator("#toasts .toast")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)
    page.mouse.move(0, 0)  # a pointer that rests on a notice keeps it
    page.locator("select[name=account_sync]").select_option("off")
    expect(toast).to_have_count(1)
    page.clock.fast_forward(7_000)
    expect(toast).to_have_count(0)


def test_without_javascript_a_button_saves(browser, live_server, admin_client):
    make_org()
    context = browser.new_context(java_script_enabled=False)
    session = admin_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + PAGE)
    page.locator("select[name=account_sync]").select_option("sync")
    page.locator("#account-sync").get_by_role("button", name="Save").click()
    assert SyncSettings.objects.get().account_sync is True
    expect(page.get_by_text("Account sync is now on.")).to_be_visible()
    context.close()
