"""From the list of contacts to a contact and its company."""

import pytest
from playwright.sync_api import expect

from companies.models import Company
from contacts.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def amy(transactional_db) -> Contact:
    acme = Company.objects.create(name="Acme Industries", domain="acme.example")
    return Contact.objects.create(
        first_name="Amy", last_name="Diaz", email="amy@example.com", job_title="Auditor", company=acme
    )


def test_the_way_from_the_list_to_the_company(mika, amy):
    page = mika.visit("/contacts/contact/")
    page.get_by_role("link", name="Amy Diaz").click()
    aside = page.get_by_role("complementary")
    expect(aside).to_contain_text("Auditor")
    aside.get_by_role("link", name="Manage Properties").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Properties of Acme Industries")
    page.get_by_role("link", name="Open the company").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme Industries")
    expect(page.locator("#contacts")).to_contain_text("amy@example.com")


def test_a_value_is_changed_and_the_change_is_told_and_kept(mika, amy):
    page = mika.visit(f"/contacts/contact/{amy.pk}/change/")
    page.get_by_label("Job title").fill("Chief Auditor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast.success")).to_contain_text("Amy Diaz")
    expect(page.locator("#activity")).to_contain_text("Auditor → Chief Auditor")
    expect(page.locator("#activity")).to_contain_text("admin")


def test_a_company_is_chosen_by_typing(mika, amy):
    Company.objects.create(name="Globex Corporation")
    page = mika.visit(f"/contacts/contact/{amy.pk}/change/")
    page.locator(".field-company .select2-selection").click()
    page.locator(".select2-search__field").fill("glob")
    page.get_by_role("option", name="Globex Corporation").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("complementary")).to_contain_text("Globex Corporation")


def test_contacts_are_put_on_a_list_by_pasting_addresses(mika, amy):
    page = mika.visit("/lists/list/add/")
    page.get_by_label("Name", exact=True).fill("Spring")
    page.get_by_label("Type").select_option("static")
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("E-mail addresses").fill("amy@example.com, nobody@example.com")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.locator("table")).to_contain_text("Amy Diaz")
    expect(page.locator(".toast.error")).to_contain_text("nobody@example.com")
