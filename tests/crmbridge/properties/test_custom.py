"""Custom properties: made, filled, shown, found, retyped, archived."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from contacts.models import Contact
from crmbridge.properties import conversions, editing, filled, uses
from crmbridge.properties.bag import changed
from crmbridge.properties.models import Property, PropertyChange
from tests.integrations.services.test_files import csv_of, import_file

pytestmark = pytest.mark.django_db


def make(type: str = "text", name: str = "level", **more) -> Property:
    return editing.create(kind="contact", label=name.title(), name=name, type=type, **more)


class TestMaking:
    def test_the_name_is_made_of_the_label_and_free(self):
        assert editing.create(kind="contact", label="Customer Level!", type="text").name == "customer_level"
        assert editing.create(kind="contact", label="Customer level", type="text").name == "customer_level_2"

    @pytest.mark.parametrize(
        "name", ["email", "company", "company_id", "id", "properties", "full_name", "save", "9a", "A", "a-b"]
    )
    def test_names_of_something_else_and_odd_ones_are_refused(self, name):
        with pytest.raises(ValidationError):
            make(name=name)

    def test_a_label_without_letters_of_a_name_asks_for_one(self):
        with pytest.raises(ValidationError, match="Enter a name"):
            editing.create(kind="contact", label="顧客ランク", type="text")

    def test_in_the_console(self, admin_client):
        data = {
            "label": "顧客ランク",
            "name": "rank",
            "type": "choice",
            "options_text": "gold | ゴールド\nsilver",
        }
        response = admin_client.post("/properties/property/contact/add/", data, follow=True)
        assert "顧客ランク" in response.content.decode()
        item = Property.objects.get(name="rank")
        assert item.options == [
            {"value": "gold", "label": "ゴールド"},
            {"value": "silver", "label": "silver"},
        ]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"name": "email"}, "There is a property with this name already."),
            ({"type": "text", "options_text": "a"}, "Only a choice has options."),
            ({"options_text": "a\na", "type": "choice"}, "These options are there twice: a."),
            ({"type": "number", "max_length": "5"}, "Only a text has a greatest length."),
        ],
    )
    def test_what_is_wrong_is_told_in_place(self, admin_client, data, sentence):
        full = {"label": "Rank", "name": "rank", "type": "text", **data}
        assert sentence in admin_client.post("/properties/property/contact/add/", full).content.decode()
        assert not Property.objects.filter(name="rank").exists()

    def test_moving_changes_the_order_within_the_group(self):
        first, _second, third = make(name="one"), make(name="two"), make(name="three")
        editing.move(third, up=True)
        editing.move(first, up=True)
        names = Property.objects.active("contact").filter(is_standard=False).values_list("name", flat=True)
        assert list(names) == ["one", "three", "two"]


FILLED = [
    ("text", "Gold", "Gold"),
    ("long_text", "a\nb", "a\nb"),
    ("number", "12345678901234567890.5", Decimal("12345678901234567890.5")),
    ("date", "2026-01-31", "2026-01-31"),
    ("yes_no", "true", True),
    ("choice", "gold", "gold"),
    ("multiple_choice", ["gold", "silver"], ["gold", "silver"]),
]


class TestFilling:
    @pytest.mark.parametrize(("type", "sent", "kept"), FILLED)
    def test_each_type_by_the_form(self, admin_client, type, sent, kept):
        options = [{"value": value, "label": value} for value in ("gold", "silver")]
        make(type, options=options if "choice" in type else ())
        contact = Contact.objects.create(last_name="Diaz", properties={"other": "stays"})
        url = f"/contacts/contact/{contact.pk}/change/"
        form = admin_client.get(url).context["adminform"].form
        data = {name: field.value() or "" for name, field in ((n, form[n]) for n in form.fields)}

        admin_client.post(url, {**data, "custom_level": sent})

        contact.refresh_from_db()
        assert contact.properties["level"] == kept
        assert contact.properties["other"] == "stays"
        assert [(c.property, c.source) for c in PropertyChange.objects.all()] == [("level", "user")]

    def test_a_blank_field_takes_the_key_out(self, admin_client):
        make()
        contact = Contact.objects.create(last_name="Diaz", properties={"level": "Gold"})
        url = f"/contacts/contact/{contact.pk}/change/"
        form = admin_client.get(url).context["adminform"].form
        data = {name: form[name].value() or "" for name in form.fields}
        admin_client.post(url, {**data, "custom_level": "", "initial-custom_level": "Gold"})
        contact.refresh_from_db()
        assert contact.properties == {}

    def test_a_new_contact_has_them_at_once(self, admin_client):
        make()
        admin_client.post("/contacts/contact/add/", {"last_name": "Diaz", "custom_level": "Gold"})
        assert Contact.objects.get().properties == {"level": "Gold"}

    def test_keys_that_others_write_meanwhile_stay(self):
        contact = Contact.objects.create(properties={"a": 1})
        Contact.objects.filter(pk=contact.pk).update(properties=changed({"b": Decimal("1.50"), "a": None}))
        Contact.objects.filter(pk=contact.pk).update(properties=changed({"c": "x"}))
        contact.refresh_from_db()
        assert contact.properties == {"b": Decimal("1.50"), "c": "x"}
        with connection.cursor() as cursor:
            cursor.execute("SELECT properties ->> 'b' FROM contacts_contact")
            assert cursor.fetchone() == ("1.50",)

    def test_many_at_once(self, admin_client):
        make("number")
        people = [Contact.objects.create() for _ in range(2)]
        data = {"action": "set_property", "_selected_action": [p.pk for p in people], "confirmed": "1"}
        admin_client.post("/contacts/contact/", {**data, "property": "custom:level", "value": "12.50"})
        assert [c.properties for c in Contact.objects.all()] == [{"level": Decimal("12.50")}] * 2

    def test_by_a_file(self):
        make("yes_no")
        here = Contact.objects.create(email="amy@example.com", properties={"other": 1})
        import_file(
            csv_of(["Email", "Level"], ["amy@example.com", "yes"], ["bob@example.com", "perhaps"]),
        )
        here.refresh_from_db()
        assert here.properties == {"other": 1, "level": True}
        assert Contact.objects.get(email="bob@example.com").properties == {}


class TestShowing:
    def test_as_a_column_that_a_person_chose(self, admin_client, django_assert_max_num_queries):
        make()
        for number in range(5):
            Contact.objects.create(last_name=f"P{number}", properties={"level": f"Gold {number}"})
        admin_client.post("/contacts/contact/columns/", {"column": ["email", "custom:level"]})
        with django_assert_max_num_queries(20):
            page = admin_client.get("/contacts/contact/").content.decode()
        assert "Gold 4" in page

    def test_how_many_records_have_them(self, admin_client):
        make()
        Contact.objects.create(city="Oslo", properties={"level": "Gold"})
        Contact.objects.create(city="Rome")
        cache.clear()
        assert {name: filled.counts("contact")[name] for name in ("city", "fax", "level")} == {
            "city": 2,
            "fax": 0,
            "level": 1,
        }

    def test_by_search_for_exactly_its_text(self, admin_client):
        make()
        Contact.objects.create(last_name="Diaz", properties={"level": "K-17"})
        Contact.objects.create(last_name="Smith")
        page = admin_client.get("/contacts/contact/?q=K-17").content.decode()
        assert "Diaz" in page
        assert "Smith" not in page

    def test_search_finds_names_beside_values(self, admin_client):
        make()
        Contact.objects.create(last_name="Diaz", properties={"level": "Smith"})
        Contact.objects.create(last_name="Smith")
        page = admin_client.get("/contacts/contact/?q=Smith").content.decode()
        assert "2 contacts" in page or page.count("/change/") >= 2

    def test_archived_ones_nowhere_and_restored_ones_again(self, admin_client):
        item = make()
        contact = Contact.objects.create(last_name="Diaz", properties={"level": "Gold"})
        url = f"/contacts/contact/{contact.pk}/change/"
        assert "custom_level" in admin_client.get(url).content.decode()
        admin_client.post(f"/properties/property/{item.pk}/archive/")
        assert "custom_level" not in admin_client.get(url).content.decode()
        assert "Archived" in admin_client.get("/properties/property/contacts/").content.decode()
        admin_client.post(f"/properties/property/{item.pk}/restore/")
        assert "Gold" in admin_client.get(url).content.decode()


CONVERSIONS = [
    ("text", "12.50", "number", Decimal("12.50")),
    ("text", "twelve", "number", None),
    ("text", "2026-02-29", "date", None),
    ("text", "2026-02-28", "date", "2026-02-28"),
    ("text", "2026-02-28", "datetime", "2026-02-28T00:00:00+00:00"),
    ("text", "true", "yes_no", True),
    ("text", "perhaps", "yes_no", None),
    ("text", "a;b", "multiple_choice", ["a", "b"]),
    ("number", 12, "text", "12"),
    ("number", 1, "yes_no", True),
    ("yes_no", True, "text", "true"),
    ("multiple_choice", ["a", "b"], "text", "a;b"),
    ("multiple_choice", ["5"], "number", 5),
    ("date", "2026-02-28", "number", None),
    ("datetime", "2026-02-28T10:00:00+00:00", "date", "2026-02-28"),
]


class TestAnotherType:
    @pytest.mark.parametrize(("before", "value", "after", "result"), CONVERSIONS)
    def test_values_convert_or_leave(self, before, value, after, result):
        item = make(before)
        contact = Contact.objects.create(properties={"level": value, "other": 1})

        found = conversions.preview(item, after)
        contact.refresh_from_db()
        assert contact.properties["level"] == value
        conversions.change_type(item, after, by=None)

        contact.refresh_from_db()
        assert contact.properties == {"other": 1} | ({} if result is None else {"level": result})
        assert (found.fitting, found.misfits) == ((1, 0) if result is not None else (0, 1))
        item.refresh_from_db()
        assert item.type == after

    def test_the_page_shows_what_would_not_convert_before_anything_happens(self, admin_client):
        item = make()
        Contact.objects.create(properties={"level": "twelve"})
        Contact.objects.create(properties={"level": "12"})
        url = f"/properties/property/{item.pk}/type/"
        page = admin_client.post(url, {"type": "number"}).content.decode()
        assert "1 value converts." in page
        assert "twelve" in page
        item.refresh_from_db()
        assert item.type == "text"
        admin_client.post(url, {"type": "number", "confirmed": "1"})
        item.refresh_from_db()
        assert item.type == "number"
        assert PropertyChange.objects.filter(old="twelve", new=None, source="user").exists()

    def test_what_uses_it_may_stand_against_it(self, monkeypatch):
        item = make()
        monkeypatch.setitem(uses._vetoes, "test", lambda item, type: "A mapping feeds it.")
        with pytest.raises(ValidationError, match="A mapping feeds it"):
            conversions.change_type(item, "number", by=None)


class TestTheCommand:
    def test_adds_lists_archives_and_restores(self, capsys):
        call_command("properties", "add", "contact", "Level", "--type", "choice", "--option", "Gold")
        call_command("properties", "list", "contact")
        assert "level  Level  choice" in capsys.readouterr().out
        call_command("properties", "archive", "contact", "level")
        assert Property.objects.get(name="level").archived_at
        call_command("properties", "restore", "contact", "level")
        assert Property.objects.get(name="level").archived_at is None

    def test_prints_the_history_of_a_record(self, capsys):
        contact = Contact.objects.create(city="Oslo")
        Contact.objects.filter(pk=contact.pk).update(city="Rome")
        call_command("properties", "history", "contact", str(contact.pk))
        assert "Oslo → Rome" in capsys.readouterr().out

    def test_says_what_is_wrong(self):
        with pytest.raises(CommandError, match="There is no property nothing"):
            call_command("properties", "archive", "contact", "nothing")
        with pytest.raises(CommandError, match="cannot be archived"):
            call_command("properties", "archive", "contact", "city")
