"""Every page in both languages, on a desk and on a phone: no complaint, no sideways scrolling."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists.models import List, ListExport
from crmbridge.properties.models import Property
from integrations.models import ImportPhase, RunState
from integrations.services import files
from tests.browser.conftest import DESKTOP, PHONE
from tests.integrations.admin.conftest import make_org, make_problem, make_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages() -> list[str]:
    """The address of each kind of page, with things on it."""
    org = make_org(org_name="A name of an organisation that is as long as names of organisations can be")
    run = make_run(org, record_group="accounts", state=RunState.FAILED, error_message="No.")
    ImportPhase.objects.create(run=run, order=10, sobject="Account", read=10, created=9, failed=1)
    make_problem(run)
    waiting = make_run(org, record_group="leads")
    done = make_run(org, record_group="contacts", state=RunState.FINISHED, started_at=timezone.now())
    level = Property.objects.create(
        kind="contact", name="customer_level", label="Customer level", type="text"
    )
    mapping = org.mappings.create(property=level, contact_field="A_Field_With_A_Long_Name_As_They_Are__c")
    company = Company.objects.create(name="Wolfeschlegelsteinhausenbergerdorff & Sons", domain="example.com")
    contact = Contact.objects.create(
        last_name="Diaz",
        email="a-very-long-address-of-somebody@an-equally-long-domain.example",
        company=company,
    )
    spring = List.objects.create(name="Spring")
    spring.contacts.add(contact)
    filters = {"groups": [[{"about": "company", "property": "name", "operator": "is", "values": ["x" * 60]}]]}
    active = List.objects.create(name="Wolfeschlegelsteinhausenbergerdorff", type="active", filters=filters)
    export = ListExport.objects.create(list=spring, format="csv", expected=20_000, rows=9, state="finished")
    admin = User.objects.get()
    data = (
        b"Email,A heading as long as only spreadsheets that grew over the years have them\na@example.com,x\n"
    )
    file = files.upload(name="people.csv", data=data, by=admin)
    return [
        "/",
        "/contacts/contact/",
        "/contacts/contact/?q=nothing",
        "/contacts/contact/add/",
        f"/contacts/contact/{contact.pk}/change/",
        f"/contacts/contact/{contact.pk}/company/",
        f"/contacts/contact/{contact.pk}/delete/",
        "/companies/company/",
        f"/companies/company/{company.pk}/change/",
        "/lists/list/",
        f"/lists/list/{spring.pk}/change/",
        f"/lists/list/{spring.pk}/history/",
        f"/lists/list/{spring.pk}/edit/",
        "/lists/list/add/",
        f"/lists/list/{active.pk}/change/",
        f"/lists/list/{active.pk}/edit/",
        f"/lists/list/{active.pk}/static/",
        f"/lists/list/exports/{export.pk}/",
        f"/lists/list/of/contact/{contact.pk}/",
        "/integrations/salesforceconnection/",
        "/integrations/salesforceconnection/connect/",
        "/integrations/salesforceconnection/connect/callback/",
        "/integrations/salesforceconnection/disconnect/",
        "/integrations/importrun/",
        "/integrations/importrun/start/",
        "/integrations/importrun/start/records/",
        "/integrations/importrun/start/file/",
        f"/integrations/importrun/start/file/{file.pk}/columns/",
        f"/integrations/importrun/start/file/{file.pk}/preview/",
        "/integrations/syncsettings/",
        "/integrations/fieldmapping/contacts/",
        "/integrations/fieldmapping/companies/",
        "/integrations/fieldmapping/contact/add/",
        "/integrations/fieldmapping/contact/import/",
        "/integrations/fieldmapping/contact/would-write/",
        f"/integrations/fieldmapping/{mapping.pk}/edit/",
        f"/integrations/fieldmapping/{mapping.pk}/remove/",
        f"/integrations/fieldmapping/{mapping.pk}/back-fill/",
        "/properties/property/contacts/",
        "/properties/property/companies/",
        "/properties/property/contact/add/",
        f"/properties/property/{level.pk}/change/",
        f"/properties/property/{level.pk}/type/",
        f"/properties/property/{level.pk}/archive/",
        f"/contacts/contact/{contact.pk}/value/city/",
        f"/integrations/importrun/{done.pk}/undo/",
        "/integrations/apiusage/",
        f"/integrations/importrun/{run.pk}/",
        f"/integrations/importrun/{run.pk}/problems/",
        f"/integrations/importrun/{waiting.pk}/cancel/",
        "/integrations/problem/",
        "/auth/user/",
        f"/auth/user/{admin.pk}/change/",
        "/auth/group/add/",
        "/django_q/schedule/",
        "/django_q/success/",
        "/django_q/failure/",
        "/django_q/ormq/",
        "/password_change/",
    ]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_makes_the_browser_complain_or_scroll_sideways(open_window, admin_client, language, viewport):
    visitor = open_window(client=admin_client, language=language, viewport=viewport)
    wide = []
    for path in pages():
        visitor.visit(path).wait_for_load_state()
        if visitor.overflow() > 0:
            wide.append(path)
    assert wide == []
