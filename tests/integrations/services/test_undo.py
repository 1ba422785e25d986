"""Undo: what a run did is taken back, but for what others did since; and the undo can be undone."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from companies.models import Company
from contacts.models import Contact
from crmbridge.errors import Refused
from crmbridge.lists.models import List, ListMember
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property, PropertyChange, PropertyType
from integrations.models import (
    ImportRun,
    LinkState,
    Problem,
    RunState,
    SalesforceRecord,
)
from integrations.services import imports, undo
from tests.integrations.services.connected import imported, rows, sums, worked
from tests.integrations.services.test_files import csv_of, import_file


def undone(run: ImportRun, by: User | None = None) -> ImportRun:
    """The undo of the run, done."""
    result = worked(undo.start(run=run, by=by, detach=False))
    assert result.state == RunState.FINISHED, result.error_message + result.traceback
    return result


def edit(record: Contact | Company, **values: Any) -> None:
    """As a person does in the console."""
    with change_source(ChangeSource.USER, actor_id=None):
        for name, value in values.items():
            setattr(record, name, value)
        record.save(update_fields=list(values))


def notes(run: ImportRun) -> list[tuple[str, str]]:
    found = Problem.objects.filter(occurrences__run=run).order_by("code", "property")
    return list(found.values_list("code", "property"))


class TestOfAFileImport:
    pytestmark = pytest.mark.django_db

    def test_contacts_that_it_created_are_removed_and_values_go_back(self):
        here = Contact.objects.create(email="amy@example.com", city="Oslo")
        run = import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"], ["bob@example.com", "Bern"]))

        result = undone(run)

        here.refresh_from_db()
        assert here.city == "Oslo"
        assert list(Contact.objects.all()) == [here]
        assert sums(result) == {
            "read": 2, "created": 0, "updated": 1, "unchanged": 0, "skipped": 0, "failed": 0,
        }  # fmt: skip
        assert sum(phase.removed for phase in result.phases.all()) == 1

    def test_the_history_says_that_an_undo_did_it(self):
        here = Contact.objects.create(email="amy@example.com", city="Oslo")
        run = import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"]))

        result = undone(run)

        last = PropertyChange.objects.of("contact", here.pk).first()
        assert last is not None
        assert (last.property, last.old, last.new) == ("city", "Rome", "Oslo")
        assert (last.source, last.source_id) == (ChangeSource.UNDO, result.pk)

    def test_what_a_person_changed_later_stays_and_is_noted(self):
        here = Contact.objects.create(email="amy@example.com", city="Oslo", country="Norway")
        run = import_file(
            csv_of(
                ["Email", "City", "Country"],
                ["amy@example.com", "Rome", "Italy"],
                ["bob@example.com", "", ""],
            )
        )
        here.refresh_from_db()
        edit(here, city="Milan")
        edit(Contact.objects.get(email="bob@example.com"), first_name="Bob")

        result = undone(run)

        here.refresh_from_db()
        assert (here.city, here.country) == ("Milan", "Norway")
        assert Contact.objects.filter(email="bob@example.com").exists()
        assert notes(result) == [("undo_changed_later", ""), ("undo_changed_later", "city")]
        assert not Problem.objects.open().exists()

    def test_a_value_that_a_person_set_between_two_writes_of_the_run_is_what_comes_back(self):
        here = Contact.objects.create(email="amy@example.com", city="Oslo")
        run = import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"]))
        here.refresh_from_db()
        edit(here, city="Milan")
        with change_source(ChangeSource.FILE, source_id=run.pk):
            Contact.objects.filter(pk=here.pk).update(city="Rome again")

        undone(run)

        here.refresh_from_db()
        assert here.city == "Milan"

    def test_it_can_be_undone_itself_once(self):
        here = Contact.objects.create(email="amy@example.com", city="Oslo")
        spring = List.objects.create(name="Spring")
        run = import_file(csv_of(["Email", "City"], ["amy@example.com", "Rome"], ["bob@example.com", "Bern"]))
        bob = Contact.objects.get(email="bob@example.com")
        ListMember.objects.create(list=spring, contact=bob)
        first = undone(run)

        again = undone(first)

        here.refresh_from_db()
        assert here.city == "Rome"
        back = Contact.objects.get(email="bob@example.com")
        assert (back.pk, back.city, back.created_at) == (bob.pk, "Bern", bob.created_at)
        assert list(spring.contacts.all()) == [bob]
        with pytest.raises(Refused, match="undone once"):
            undo.start(run=again, detach=False)

    def test_a_contact_whose_address_is_taken_by_now_does_not_come_back(self):
        run = import_file(csv_of(["Email"], ["bob@example.com"]))
        first = undone(run)
        Contact.objects.create(email="BOB@example.com")

        again = undone(first)

        assert notes(again) == [("undo_email_taken", "")]
        assert Contact.objects.count() == 1

    def test_addresses_that_two_contacts_exchanged_go_back(self):
        amy, bob = (Contact.objects.create(email=f"{name}@example.com") for name in ("amy", "bob"))
        run = import_file(csv_of(["Email"], ["new@example.com"]))
        with change_source(ChangeSource.FILE, source_id=run.pk):
            Contact.objects.filter(pk=amy.pk).update(email=None)
            Contact.objects.filter(pk=bob.pk).update(email="amy@example.com")
            Contact.objects.filter(pk=amy.pk).update(email="bob@example.com")

        undone(run)

        amy.refresh_from_db()
        bob.refresh_from_db()
        assert (amy.email, bob.email) == ("amy@example.com", "bob@example.com")

    def test_an_address_that_another_contact_has_by_now_stays_there(self):
        amy = Contact.objects.create(email="amy@example.com")
        run = import_file(csv_of(["Email"], ["new@example.com"]))
        with change_source(ChangeSource.FILE, source_id=run.pk):
            Contact.objects.filter(pk=amy.pk).update(email="amy@new.example.com")
        Contact.objects.create(email="amy@example.com")

        result = undone(run)

        amy.refresh_from_db()
        assert amy.email == "amy@new.example.com"
        assert ("undo_email_taken", "email") in notes(result)

    def test_a_contact_that_salesforce_has_too_by_now_stays(self, django_user_model):
        run = import_file(csv_of(["Email"], ["bob@example.com"]))
        bob = Contact.objects.get()
        SalesforceRecord.objects.create(
            connection_id=1,
            salesforce_id="0035000000AAAAAAAA",
            sobject="Contact",
            system_modstamp=bob.created_at,
            shape=0,
            link_state=LinkState.LINKED,
            contact_id=bob.pk,
        )

        assert notes(undone(run)) == [("undo_in_salesforce", "")]

    @pytest.mark.parametrize(
        ("type", "before", "after"),
        [
            (PropertyType.TEXT, "Gold", "Silver"),
            (PropertyType.NUMBER, Decimal("12.50"), Decimal("3")),
            (PropertyType.YES_NO, True, False),
            (PropertyType.MULTIPLE_CHOICE, ["a", "b"], ["c"]),
            (PropertyType.DATE, "2026-01-31", "2026-02-01"),
            (PropertyType.TEXT, None, "Silver"),
            (PropertyType.TEXT, "Gold", None),
        ],
    )
    def test_custom_properties_go_back_in_their_own_type(self, type, before, after):
        Property.objects.create(kind="contact", name="level", label="Level", type=type)
        plain = [float(value) if isinstance(value, Decimal) else value for value in (before, after)]
        bags: list[dict[str, Any]] = [{} if value is None else {"level": value} for value in plain]
        here = Contact.objects.create(properties={**bags[0], "other": "stays"})
        run = import_file(csv_of(["Email"], ["new@example.com"]))
        with change_source(ChangeSource.FILE, source_id=run.pk):
            Contact.objects.filter(pk=here.pk).update(properties={**bags[1], "other": "stays"})

        undone(run)

        here.refresh_from_db()
        assert here.properties == {**bags[0], "other": "stays"}


class TestOfAnImportFromSalesforce:
    def test_everything_that_it_brought_is_gone_and_the_next_import_brings_it_again(self, connection):
        before = imported("accounts"), imported("contacts")
        held = rows(Company), rows(Contact)

        for run in reversed(before):
            undone(run)

        assert (Company.objects.count(), Contact.objects.count()) == (0, 0)
        assert not SalesforceRecord.objects.filter(link_state=LinkState.LINKED).exists()
        imported("accounts")
        imported("contacts")
        assert (rows(Company), rows(Contact)) == held

    def test_companies_of_contacts_that_stay_are_kept(self, connection):
        imported("contacts")
        run = imported("accounts")
        mine = Contact.objects.create(last_name="Mine", company=Company.objects.first())

        result = undone(run)

        assert list(Company.objects.all()) == [mine.company]
        assert [code for code, _name in notes(result)] == ["undo_has_contacts"]
        assert not Contact.objects.exclude(pk=mine.pk).filter(company__isnull=False).exists()

    def test_companies_on_a_list_leave_it_and_come_back_to_it(self, connection):
        run = imported("accounts")
        fair = List.objects.create(name="Fair", kind="company")
        fair.companies.set(Company.objects.all())
        count = fair.companies.count()

        removal = undone(run)
        assert (Company.objects.count(), ListMember.objects.count()) == (0, 0)

        undone(removal)
        assert fair.companies.count() == count > 0

    def test_an_undo_of_the_undo_links_everything_again(self, connection):
        imported("contacts")
        run = imported("accounts")
        held = rows(Company), rows(Contact), set(mirror_links())

        undone(undone(run))

        assert (rows(Company), rows(Contact), set(mirror_links())) == held

    def test_the_latest_of_two_imports_undone_first_leaves_nothing_of_either(self, connection, org):
        first = imported("contacts")
        changed = Contact.objects.filter(created_by_import=first.pk).first()
        later = imported("leads")
        with change_source(ChangeSource.IMPORT, source_id=later.pk):
            Contact.objects.filter(pk=changed.pk).update(city="Elsewhere")

        undone(later)
        undone(first)

        assert not Contact.objects.exists()

    def test_small_parts_end_alike_and_a_cancelled_undo_goes_on(self, connection, monkeypatch):
        run = imported("contacts")
        monkeypatch.setattr("integrations.pipeline.undo_records.RECORDS_AT_ONCE", 7)
        started = undo.start(run=run, detach=False)
        from integrations.services.slices import run_slice

        assert run_slice(run_id=started.pk, seconds=0)
        imports.cancel(run=started)
        stopped = worked(started)
        assert stopped.state == RunState.CANCELLED
        assert Contact.objects.exists()

        result = worked(imports.resume(run=stopped, detach=False))

        assert result.state == RunState.FINISHED
        assert not Contact.objects.exists()

    def test_the_preview_counts_what_the_undo_then_does_and_writes_nothing(self, connection):
        imported("contacts")
        run = imported("accounts")
        edit(Company.objects.first(), phone="1")
        before = rows(Company), rows(Contact), PropertyChange.objects.count()

        found = undo.preview(run=run)

        assert (rows(Company), rows(Contact), PropertyChange.objects.count()) == before
        result = undone(run)
        assert found.removed["company"] == sum(phase.removed for phase in result.phases.all())
        assert found.restored["contact"] == sums(result)["updated"]
        assert sum(reason.count for reason in found.stays) == sums(result)["skipped"]


def mirror_links() -> list[tuple[Any, ...]]:
    found = SalesforceRecord.objects.values_list("salesforce_id", "link_state", "contact_id", "company_id")
    return list(found)


class TestWhatCannotBeUndone:
    pytestmark = pytest.mark.django_db

    def test_a_run_under_way(self):
        run = import_file(csv_of(["Email"], ["bob@example.com"]))
        ImportRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
        run.refresh_from_db()
        with pytest.raises(Refused, match="still under way"):
            undo.start(run=run, detach=False)

    def test_a_run_that_was_undone(self):
        run = import_file(csv_of(["Email"], ["bob@example.com"]))
        first = undone(run)
        with pytest.raises(Refused, match=f"undone by import {first.pk}"):
            undo.start(run=run, detach=False)

    def test_a_run_that_never_began(self):
        run = import_file(csv_of(["Email"], ["bob@example.com"]))
        ImportRun.objects.filter(pk=run.pk).update(started_at=None)
        run.refresh_from_db()
        with pytest.raises(Refused, match="never began"):
            undo.start(run=run, detach=False)
