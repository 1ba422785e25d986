"""The default mappings: made from what may be read, completed when more may be read."""

from collections.abc import Iterator

import pytest

from contacts.models import Contact
from integrations.mapping.defaults import DEFAULT_MAPPINGS
from integrations.models import FieldMapping, RunState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services.check import check
from integrations.services.mappings import create_defaults

from .connected import connect_to, imported

FIELDS = {item.contact_field for item in DEFAULT_MAPPINGS} - {""}


@pytest.fixture
def hidden(org: DemoOrg, connection: SalesforceConnection) -> Iterator[None]:
    """A connection made while no field of contacts could be read."""
    FieldMapping.objects.all().delete()
    for field in FIELDS:
        org.hide_field("Contact", field)
    try:
        connect_to(org)
        yield
    finally:
        permit(org)


def permit(org: DemoOrg) -> None:
    for field in FIELDS:
        org.show_field("Contact", field)


def mapped() -> dict[str, tuple[str, str]]:
    found = FieldMapping.objects.filter(property__kind="contact").values_list(
        "property__name", "lead_field", "contact_field"
    )
    return {name: (lead, contact) for name, lead, contact in found}


@pytest.mark.usefixtures("hidden")
def test_fields_that_are_permitted_later_are_imported(org: DemoOrg) -> None:
    assert mapped()["job_title"] == ("Title", "")
    assert "department" not in mapped()
    permit(org)
    assert imported("contacts").state == RunState.FINISHED
    assert mapped()["job_title"] == ("Title", "Title")
    assert mapped()["department"] == ("", "Department")
    assert Contact.objects.exclude(job_title=None).exclude(last_name=None).exists()


@pytest.mark.usefixtures("hidden")
def test_a_check_maps_what_is_permitted_now(org: DemoOrg, connection: SalesforceConnection) -> None:
    permit(org)
    check(connection=connection)
    assert mapped()["department"] == ("", "Department")
    assert mapped()["job_title"] == ("Title", "Title")


@pytest.mark.usefixtures("hidden")
def test_records_of_which_no_field_is_mapped_are_not_imported_empty() -> None:
    run = imported("contacts")
    assert run.state == RunState.FAILED
    assert run.error_message.startswith("No field of the Salesforce object Contact is mapped")
    assert "read permission" in run.error_remedy
    assert not Contact.objects.exists()


def test_what_is_mapped_already_stays(connection: SalesforceConnection) -> None:
    FieldMapping.objects.filter(property__name="job_title").update(contact_field="Department", rule="always")
    FieldMapping.objects.filter(property__name="department").update(
        contact_field="", lead_field="Title", is_default=False
    )
    assert create_defaults(connection=connection, readable={"Contact": FIELDS}) == 0
    assert mapped()["job_title"] == ("Title", "Department")
    assert mapped()["department"] == ("Title", "")


def test_a_rule_outlives_the_filling_of_a_field(connection: SalesforceConnection) -> None:
    FieldMapping.objects.filter(property__name="job_title").update(contact_field="", rule="always")
    assert create_defaults(connection=connection, readable={"Contact": FIELDS}) == 1
    kept = FieldMapping.objects.get(property__kind="contact", property__name="job_title")
    assert (kept.lead_field, kept.contact_field, kept.rule) == ("Title", "Title", "always")
