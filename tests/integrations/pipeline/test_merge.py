"""Values of Salesforce in records here, under the rules and no further than they reach."""

import random
import threading
import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection as database

from contacts.models import Contact
from crmbridge.properties.models import PropertyChange
from integrations.models import Problem
from integrations.pipeline import emails
from tests.integrations.pipeline.conftest import FIELDS
from tests.integrations.pipeline.rows import changed, contact, lead


def history():
    """(property, old, new) of every change so far."""
    return list(PropertyChange.objects.order_by("id").values_list("property", "old", "new"))


def here():
    return Contact.objects.get()


class TestRules:
    def test_every_rule_reaches_the_record(self, take_in, add_mapping):
        for rule in ("prefer", "always", "two-way", "none"):
            add_mapping(f"p_{rule.replace('-', '_')}", "text", contact_field=f"F{rule[:3]}__c", rule=rule)
        row = contact(1, Fpre__c="a", Falw__c="a", Ftwo__c="a", Fnon__c="a")
        take_in("Contact", row)
        assert here().properties == {"p_prefer": "a", "p_always": "a", "p_two_way": "a"}
        Contact.objects.update(properties=dict.fromkeys(("p_prefer", "p_always", "p_two_way", "p_none"), "h"))
        take_in("Contact", changed(row, Phone="1"))
        assert here().properties == {"p_prefer": "a", "p_always": "a", "p_two_way": "h", "p_none": "h"}

    def test_a_value_cleared_in_salesforce_is_cleared_here(self, take_in):
        take_in("Contact", contact(1, Phone="1", Title="CEO"))
        take_in("Contact", changed(contact(1, Title="CEO")))
        assert (here().phone, here().job_title) == (None, "CEO")

    def test_a_value_that_only_crmbridge_has_stays(self, take_in):
        take_in("Contact", contact(1))
        Contact.objects.update(phone="mine")
        take_in("Contact", changed(contact(1), FirstName="Ann"))
        assert here().phone == "mine"

    def test_first_contact_with_a_record_made_here_fills_and_replaces_but_clears_nothing(self, take_in):
        Contact.objects.create(email="a@x.org", phone="mine", job_title="mine", fax="mine")
        take_in("Contact", contact(1, Email="a@x.org", Title="theirs"))
        assert (here().phone, here().job_title, here().last_name) == ("mine", "theirs", "Contact 1")

    @pytest.mark.parametrize(("day", "winner"), [(1, "mine"), (300, "theirs")])
    def test_two_way_the_newer_of_two_changes_counts(self, take_in, set_rule, day, winner):
        set_rule("phone", "two-way")
        take_in("Contact", contact(1, Phone="1"))
        Contact.objects.update(phone="mine")
        PropertyChange.objects.update(at="2026-06-01T00:00:00Z")
        take_in("Contact", changed(contact(1, Phone="theirs"), day))
        assert here().phone == winner

    def test_two_way_what_an_import_wrote_is_not_a_change_of_ours(self, take_in, set_rule):
        set_rule("phone", "two-way")
        take_in("Contact", contact(1))
        take_in("Contact", changed(contact(1, Phone="1"), 1))
        assert take_in("Contact", changed(contact(1, Phone="2"), 2)).updated == 1
        assert here().phone == "2"


class TestBag:
    TYPED = {
        "text": ("01234", "98765"),
        "long_text": ("a\nb", "c\r\nd"),
        "choice": ("Hot", "Cold"),
        "number": ("1234567890123456789.5", "5.0E7"),
        "date": ("2024-02-29", "2026-02-28"),
        "datetime": ("2026-03-01T10:11:12.000Z", "2026-03-01T10:11:13.000+0000"),
        "yes_no": ("true", "false"),
        "multiple_choice": ("A;B", "B"),
    }

    def test_custom_properties_of_every_type_come_in_change_and_clear(self, take_in, add_mapping):
        for type in self.TYPED:
            add_mapping(f"my_{type}", type, contact_field=f"{type}__c")
        fields = {name: f"{name}__c" for name in self.TYPED}
        take_in("Contact", contact(1, **{fields[type]: first for type, (first, _) in self.TYPED.items()}))
        assert here().properties["my_text"] == "01234"
        assert here().properties["my_date"] == "2024-02-29"
        assert here().properties["my_yes_no"] is True
        assert here().properties["my_multiple_choice"] == ["A", "B"]
        with database.cursor() as cursor:
            cursor.execute("SELECT properties ->> 'my_number' FROM contacts_contact")
            assert cursor.fetchone() == ("1234567890123456789.5",)
        second = {fields[type]: second for type, (_, second) in self.TYPED.items()}
        assert take_in("Contact", changed(contact(1, **second), 1)).updated == 1
        assert here().properties == {
            "my_text": "98765",
            "my_long_text": "c\r\nd",
            "my_choice": "Cold",
            "my_number": 50000000,
            "my_date": "2026-02-28",
            "my_datetime": "2026-03-01T10:11:13+00:00",
            "my_yes_no": False,
            "my_multiple_choice": ["B"],
        }
        assert {name for name, _, _ in history()} == {f"my_{type}" for type in self.TYPED}
        take_in("Contact", changed(contact(1, **dict.fromkeys(second, "")), 2))
        assert here().properties == {}

    def test_what_is_not_mapped_stays_in_the_bag(self, take_in, add_mapping):
        add_mapping("mapped", "text", contact_field="Mapped__c")
        take_in("Contact", contact(1, Mapped__c="1"))
        Contact.objects.update(properties={"mapped": "1", "other": {"deep": [None]}})
        take_in("Contact", changed(contact(1, Mapped__c="2")))
        assert here().properties == {"mapped": "2", "other": {"deep": [None]}}

    def test_more_mappings_than_a_function_takes_arguments(self, take_in, add_mapping):
        for number in range(120):
            add_mapping(f"p{number}", "text", contact_field=f"F{number}__c")
        take_in("Contact", contact(1, **{f"F{number}__c": str(number) for number in range(120)}))
        assert len(here().properties) == 120


class TestOnlyWhatDiffers:
    def test_a_row_that_holds_the_same_is_not_touched(self, take_in):
        take_in("Contact", contact(1, Phone="1", Birthdate="2000-01-01", AnnualRevenue="1"))
        before = here().updated_at
        out = take_in("Contact", changed(contact(1, Phone="1", Birthdate="2000-01-01", AnnualRevenue="1")))
        assert (out.updated, out.unchanged) == (0, 1)
        assert here().updated_at == before
        assert history() == []

    def test_only_what_changed_gets_history_and_the_import_is_named(self, take_in, run):
        take_in("Contact", contact(1, Phone="1", FirstName="Ann", Birthdate="2000-01-01"))
        assert history() == []
        assert here().created_by_import == run.pk
        take_in("Contact", changed(contact(1, Phone="2", FirstName="Ann")))
        assert sorted(history()) == [("birthdate", "2000-01-01", None), ("phone", "1", "2")]
        assert set(PropertyChange.objects.values_list("source", "source_id", "record_id")) == {
            ("import", run.pk, here().pk)
        }

    def test_a_number_written_in_another_way_is_no_change(self, take_in):
        take_in("Lead", lead(1, AnnualRevenue="50000000.0", Phone="1"))
        out = take_in("Lead", changed(lead(1, AnnualRevenue="5.0E7", Phone="1")))
        assert (out.updated, history()) == (0, [])
        take_in("Lead", changed(lead(1, AnnualRevenue="50000000", Phone="2"), 2))
        assert history() == [("phone", "1", "2")]


class TestMisfit:
    def test_the_old_value_stays_and_a_problem_tells_until_a_fitting_one_comes(self, take_in):
        row = contact(1, Birthdate="2000-01-01")
        take_in("Contact", row)
        take_in("Contact", changed(row, 1, Birthdate="2026-02-29", Phone="1"))
        assert (here().birthdate, here().phone) == (date(2000, 1, 1), "1")
        problem = Problem.objects.get()
        assert (problem.category, problem.code, problem.field, problem.property, problem.raw_value) == (
            "value",
            "value_misfit",
            "Birthdate",
            "birthdate",
            "2026-02-29",
        )
        assert (problem.contact_id, problem.resolved_at) == (here().pk, None)
        take_in("Contact", changed(row, 2, Birthdate="2001-01-01"))
        assert here().birthdate == date(2001, 1, 1)
        assert Problem.objects.get().resolved_at is not None

    def test_a_value_that_never_came_in_clears_nothing_when_it_goes(self, take_in):
        row = contact(1, Birthdate="2000-01-01")
        take_in("Contact", row)
        take_in("Contact", changed(row, 1, Birthdate="misfit"))
        take_in("Contact", changed(row, 2, Birthdate=""))
        assert here().birthdate == date(2000, 1, 1)
        assert not Problem.objects.filter(resolved_at=None).exists()

    def test_a_new_record_comes_in_without_it(self, take_in):
        assert take_in("Contact", contact(1, Birthdate="tomorrow")).created == 1
        assert here().birthdate is None
        assert Problem.objects.get().code == "value_misfit"

    def test_a_value_longer_than_the_property_takes_is_not_cut(self, take_in, add_mapping):
        add_mapping("code", "text", contact_field="Code__c", max_length=3)
        take_in("Contact", contact(1, Code__c="abcd"))
        assert here().properties == {}
        assert Problem.objects.get().code == "value_too_long"

    @pytest.mark.parametrize("field", ["LastName", "FirstName", "Email"])
    def test_a_value_longer_than_an_index_takes_does_not_stop_the_page(self, take_in, field):
        endless = "".join(random.Random(1).choices("😀äbcdefghijklmnop", k=3000))
        assert take_in("Contact", contact(1, **{field: endless}), contact(2)).created == 2
        assert set(Problem.objects.values_list("code", "field")) == {("value_too_long", field)}

    def test_the_longest_names_fit_the_index(self, take_in):
        names = random.Random(1).choices([chr(0x1F300 + number) for number in range(500)], k=510)
        take_in("Contact", contact(1, FirstName="".join(names[:255]), LastName="".join(names[255:])))
        assert len(here().full_name) == 511

    def test_it_comes_in_without_a_change_in_salesforce_once_the_property_takes_it(
        self, take_in, add_mapping
    ):
        mapping = add_mapping("code", "text", contact_field="Code__c", max_length=3)
        take_in("Contact", contact(1, Code__c="abcd"))
        mapping.property.max_length = 4
        mapping.property.save()
        take_in("Contact", contact(1, Code__c="abcd"))
        assert here().properties == {"code": "abcd"}
        assert not Problem.objects.filter(resolved_at=None).exists()

    def test_one_field_that_fits_neither_of_two_properties_is_one_problem(self, take_in, add_mapping):
        add_mapping("first", "number", contact_field="Size__c")
        add_mapping("second", "number", contact_field="Size__c")
        take_in("Contact", contact(1, Size__c="large"))
        assert Problem.objects.get().property == "first"

    def test_a_value_that_is_not_synced_is_no_problem(self, take_in, set_rule):
        set_rule("birthdate", "none")
        take_in("Contact", contact(1, Birthdate="tomorrow"))
        assert not Problem.objects.exists()


def test_numbers_keep_their_digits(take_in):
    take_in("Lead", lead(1, AnnualRevenue="123456789012345678.12"))
    assert here().annual_revenue == Decimal("123456789012345678.12")


def test_a_mapping_whose_field_did_not_come_is_left_alone(take_in):
    Contact.objects.create(email="a@x.org", phone="mine")
    without = [name for name in FIELDS["Contact"] if name not in ("Phone", "Email")]
    take_in("Contact", contact(1), fields=without)
    assert set(Contact.objects.values_list("email", "phone")) == {("a@x.org", "mine"), (None, None)}


def wait_until_one_waits():
    """Returns when another connection waits for a row that this one has locked."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(1000):
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("Nobody waits.")


def test_what_a_person_changes_while_a_page_merges_is_not_overwritten(take_in, monkeypatch):
    row = contact(1, Phone="1")
    take_in("Contact", row)

    def edit() -> None:
        Contact.objects.update(fax="from a person")
        database.close()

    person = threading.Thread(target=edit)
    monkeypatch.setattr(emails, "settle", lambda plan: (person.start(), wait_until_one_waits()))
    take_in("Contact", changed(row, Phone="2"))
    person.join(10)
    assert (here().phone, here().fax) == ("2", "from a person")
