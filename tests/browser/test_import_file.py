"""A file of contacts, from the dialog to the contacts, by a marketer and a real worker."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from contacts.models import Contact
from crmbridge.roles import MARKETER, permissions
from tests.e2e.processes import managed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def granted(role: str) -> list[Permission]:
    """What the role may do; the tests before this one may have emptied the table of groups."""
    return [
        Permission.objects.get(content_type__app_label=app, codename=f"{action}_{model}")
        for app, model, action in permissions(role)
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Import", "Import contacts", "From a file", "Next", "Import Status", "Finished")),
        (
            "ja",
            ("インポート", "コンタクトをインポート", "ファイルから", "次へ", "インポート状況", "完了"),
        ),
    ],
)
def test_a_marketer_imports_a_file(
    open_window, settings: Settings, tmp_path: Path, language: str, words: tuple[str, ...]
):
    to_imports, start, from_file, then, status, finished = words
    settings.IMPORT_FOLDER = tmp_path
    path = tmp_path / "people.csv"
    path.write_text(
        "Email,First name,Favourite colour\n" + "".join(f"p{n}@example.com,P,red\n" for n in range(300))
    )
    kim = User.objects.create_user("kim", is_staff=True)
    kim.user_permissions.set(granted(MARKETER))
    client = Client()
    client.force_login(kim)
    page = open_window(client=client, language=language).visit("/contacts/contact/")
    page.get_by_role("link", name=to_imports, exact=True).click()
    page.get_by_role("link", name=start).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=from_file)).to_be_checked()
    dialog.get_by_role("button", name=then).click()
    dialog.locator("input[type=file]").set_input_files(path)
    dialog.get_by_role("button", name=then).click()
    expect(dialog.locator("select[name=column_0]")).to_have_value("email")
    expect(dialog.locator("select[name=column_1]")).to_have_value("first_name")
    expect(dialog.locator("select[name=column_2]")).to_have_value("")
    dialog.get_by_role("button", name=then).click()
    expect(dialog).to_contain_text("300")
    with managed("qcluster", folder=tmp_path, WORKERS="1"):
        dialog.get_by_role("button", name="OK").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(status)
        expect(page.locator("#progress .badge").first).to_have_text(finished, timeout=60_000)
    assert Contact.objects.filter(first_name="P").count() == 300
