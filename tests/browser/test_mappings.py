"""From a custom field of Salesforce to a property: made, mapped, filled back, explained, undone."""

import re

import pytest
from playwright.sync_api import expect

from companies.models import Company
from integrations.models import FieldMapping, ImportRun, RunKind
from integrations.sandbox import DemoOrg
from tests.integrations.services.connected import connect_to, imported, worked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_custom_field_from_the_mapping_page_to_the_company_and_back(
    open_window, admin_client, settings, tmp_path, language
):
    settings.IMPORT_FOLDER = tmp_path / "imports"
    with DemoOrg(contacts=60, accounts=12, leads=0, campaigns=0) as org:
        connect_to(org)
        imported("contacts")
        imported("accounts")
        visitor = open_window(client=admin_client, language=language)
        page = visitor.visit("/integrations/fieldmapping/companies/")
        page.locator("#add-mapping").click()
        page.wait_for_load_state()
        page.locator("#id_target").select_option("new")
        page.locator("#id_account_field").select_option("Tier__c")
        expect(page.locator("#findings")).to_contain_text("Tier")
        page.locator("form .button.primary").click()
        expect(page).to_have_url(re.compile("/integrations/fieldmapping/companies/$"))
        mapping = FieldMapping.objects.get(property__name="tier")

        page = visitor.visit(f"/integrations/fieldmapping/{mapping.pk}/back-fill/")
        expect(page.locator("main, #content").first).to_contain_text("Account.Tier__c")
        page.locator("form .button.primary").last.click()
        run = ImportRun.objects.get(kind=RunKind.BACKFILL)
        expect(page).to_have_url(re.compile(f"/integrations/importrun/{run.pk}/$"))
        worked(run)

        company = Company.objects.exclude(properties={}).first()
        page = visitor.visit(f"/companies/company/{company.pk}/change/")
        expect(page.locator("#id_custom_tier")).to_have_value(company.properties["tier"])
        expect(page.locator("#activity")).to_contain_text(company.properties["tier"])

        page.wait_for_load_state()
        page.locator(f'a.value-link[href$="/companies/company/{company.pk}/value/tier/"]').focus()
        page.keyboard.press("Enter")
        expect(page.locator("#history-card")).to_be_visible()
        expect(page.locator("#history-card")).to_contain_text("Account.Tier__c")
        expect(page.locator("#history-card")).to_contain_text(str(run.pk))
        page.keyboard.press("Escape")
        expect(page.locator("#history-card")).to_be_hidden()

        page = visitor.visit(f"/integrations/importrun/{run.pk}/")
        page.locator("#undo").click()
        page.locator(".button.danger").click()
        undo = ImportRun.objects.get(kind=RunKind.UNDO)
        worked(undo)
        assert not Company.objects.exclude(properties={}).exists()
