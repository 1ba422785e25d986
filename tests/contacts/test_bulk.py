"""What is done with many contacts at once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.models import Contact
from crmbridge.lists.models import List
from crmbridge.properties.models import PropertyChange

pytestmark = pytest.mark.django_db
LIST = "/contacts/contact/"


@pytest.fixture
def people() -> list[Contact]:
    return [Contact.objects.create(email=f"p{number}@example.com", city="Kyoto") for number in range(3)]


def act(client: Client, action: str, chosen: list[Contact], **more: str):
    data = {"action": action, "_selected_action": [contact.pk for contact in chosen], **more}
    return client.post(more.pop("path", LIST), data)


def test_setting_a_property_asks_first_and_is_history(admin_client, people):
    page = act(admin_client, "set_property", people[:2]).content.decode()
    assert "Set a property of 2 records" in page
    assert not Contact.objects.filter(country="Japan").exists()
    act(admin_client, "set_property", people[:2], confirmed="1", property="country", value="Japan")
    assert list(Contact.objects.order_by("pk").values_list("country", flat=True)) == ["Japan", "Japan", None]
    changes = PropertyChange.objects.filter(property="country")
    assert [(change.new, change.source, change.actor_id) for change in changes] == [
        ("Japan", "user", User.objects.get().pk)
    ] * 2


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("email_opt_out", "yes", True), ("annual_revenue", "12.5", 12.5), ("city", "", None)],
)
def test_values_are_of_the_propertys_type(admin_client, people, name, text, value):
    act(admin_client, "set_property", people, confirmed="1", property=name, value=text)
    assert set(Contact.objects.values_list(name, flat=True)) == {value}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("email_opt_out", "perhaps", "Enter yes or no."),
        ("birthdate", "soon", "Enter a valid date."),
        ("annual_revenue", "much", "Enter a number."),
        ("email", "a@example.com", "Select a valid choice."),
        ("annual_revenue", "1e999999", "Enter a number of at most 1,000 digits."),
        ("last_name", "山" * 2000, "Ensure this value has at most 255 characters"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(admin_client, people, name, text, sentence):
    page = act(admin_client, "set_property", people, confirmed="1", property=name, value=text)
    assert sentence in page.content.decode()
    assert not PropertyChange.objects.exists()


def test_all_that_a_search_finds_go_on_a_new_list(admin_client, people):
    Contact.objects.create(email="other@example.com")
    chosen = {"select_across": "1", "path": f"{LIST}?q=p", "name": "Kyoto"}
    page = act(admin_client, "add_to_list", people[:1], **chosen).content.decode()
    assert "Put 3 records on a list" in page
    act(admin_client, "add_to_list", people[:1], confirmed="1", **chosen)
    assert List.objects.get().name == "Kyoto"
    assert set(List.objects.get().contacts.all()) == set(people)


def test_who_is_on_a_list_already_stays_on_it_once(admin_client, people):
    spring = List.objects.create(name="Spring")
    spring.contacts.add(people[0])
    response = act(admin_client, "add_to_list", people, confirmed="1", list=str(spring.pk))
    assert response.status_code == 302
    assert spring.contacts.count() == 3


def test_a_list_or_a_name_is_needed(admin_client, people):
    page = act(admin_client, "add_to_list", people, confirmed="1").content.decode()
    assert "Choose a list, or name a new one." in page


def test_the_chosen_ones_as_a_file(admin_client, people):
    response = act(admin_client, "export_selected", people[:1])
    rows = b"".join(response.streaming_content).decode()
    assert "p0@example.com" in rows
    assert "p1@example.com" not in rows


def test_who_may_only_look_is_offered_nothing(client, people):
    kim = User.objects.create_user("kim", is_staff=True)
    from django.contrib.auth.models import Permission

    kim.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(kim)
    assert 'name="action"' not in client.get(LIST).content.decode()
    act(client, "set_property", people, confirmed="1", property="city", value="Nara")
    assert not PropertyChange.objects.exists()
