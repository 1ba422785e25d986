"""Many contacts at once, in a browser: chosen, asked, done."""

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from crmbridge.lists.models import List
from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def people(transactional_db) -> list[Contact]:
    return [
        Contact.objects.create(email=f"p{number}@example.com", last_name=f"P{number}") for number in range(3)
    ]


def test_chosen_contacts_go_on_a_new_list(mika):
    page = mika.visit("/contacts/contact/")
    for name in ("P0", "P2"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("Action:").select_option(label="Put on a list")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Put 2 records on a list")
    page.get_by_label("Name of the new list").fill("Spring")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.locator("#toasts .toast").last).to_contain_text("2 records put on the list Spring.")
    assert List.objects.get().contacts.count() == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_question_fits_a_phone_and_shuts_nobody_out(open_window, admin_client, theme):
    visitor = open_window(client=admin_client, language="ja", viewport=PHONE)
    visitor.page.emulate_media(color_scheme=theme)
    page = visitor.visit("/contacts/contact/")
    page.get_by_role("checkbox", name="P1").check()
    page.locator("select[name=action]").select_option(label="プロパティを設定")
    page.get_by_role("button", name="実行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1件のレコードのプロパティを設定")
    assert visitor.overflow() <= 0
    found = violations(page)
    visitor.complaints.clear()
    assert found == []
