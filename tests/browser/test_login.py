"""Getting in and out."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_logs_in_and_out(open_window, admin_user):
    visitor = open_window()
    page = visitor.visit("/contacts/contact/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="All Contacts")).to_be_visible()
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile("/logout/|/login/"))


def test_a_wrong_password_is_said_to_be_wrong(open_window, admin_user):
    page = open_window().visit("/login/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".errornote")).to_contain_text("correct username and password")


def test_the_login_page_speaks_japanese(open_window):
    page = open_window().visit("/login/")
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("button", name="ログイン")).to_be_visible()
