"""Lists: all of them, and the page of one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from companies.models import Company
from contacts.models import Contact
from crmbridge.lists import counting, of_record
from crmbridge.lists.models import List
from crmbridge.lists.pages import members as member_pages
from crmbridge.lists.statements import TakesTooLong
from tests.crmbridge.lists.making import make, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring() -> List:
    return List.objects.create(name="Spring")


def sign_in(client, *rights: str) -> None:
    """A person of the team with these rights alone."""
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)


def page_of(client, item: List) -> str:
    return client.get(reverse("admin:lists_list_change", args=[item.pk])).content.decode()


def test_a_new_list_opens_where_contacts_are_put_on_it(admin_client, admin_user):
    response = admin_client.post(
        "/lists/list/add/", {"name": "Spring", "kind": "contact", "type": "static"}, follow=True
    )
    made = List.objects.get()
    assert response.redirect_chain[-1][0] == reverse("admin:lists_list_change", args=[made.pk])
    assert made.created_by == admin_user
    assert "Nobody is on this list yet." in response.content.decode()


def test_the_lists_show_how_many_contacts_each_has(admin_client, spring):
    spring.contacts.add(*[Contact.objects.create() for _ in range(3)])
    page = admin_client.get("/lists/list/").content.decode()
    assert '<td class="field-number">3</td>' in page


def test_a_list_is_renamed(admin_client, spring):
    admin_client.post(
        reverse("admin:lists_list_edit", args=[spring.pk]),
        {"name": "Summer", "folder": "Seasons", "seen": spring.updated_at.isoformat()},
    )
    spring.refresh_from_db()
    assert (spring.name, spring.folder) == ("Summer", "Seasons")
    history = admin_client.get(reverse("admin:lists_list_history", args=[spring.pk])).content.decode()
    assert "Changed name and folder." in history


def test_pasted_addresses_are_added_and_the_unknown_ones_named(admin_client, spring):
    Contact.objects.create(email="amy@example.com", last_name="Diaz")
    url = reverse("admin:lists_list_add_members", args=[spring.pk])
    page = admin_client.post(url, {"names": "amy@example.com\nno@example.com"}, follow=True).content.decode()
    assert "Diaz" in page
    assert "Nobody was found by these: no@example.com" in page


def test_a_text_without_an_address_is_refused(admin_client, spring):
    url = reverse("admin:lists_list_add_members", args=[spring.pk])
    assert (
        "Nothing in the text names a record"
        in admin_client.post(url, {"names": "hello"}, follow=True).content.decode()
    )


def test_chosen_contacts_are_taken_off(admin_client, spring):
    amy, bob = Contact.objects.create(last_name="Diaz"), Contact.objects.create(last_name="Smith")
    spring.contacts.add(amy, bob)
    url = reverse("admin:lists_list_change", args=[spring.pk])
    admin_client.post(url, {"action": "take_off", "_selected_action": [amy.pk]})
    assert list(spring.contacts.all()) == [bob]


def test_members_change_only_by_people_who_may_change_lists(client, spring):
    sign_in(client, "view_list", "view_contact", "view_company")
    url = reverse("admin:lists_list_add_members", args=[spring.pk])
    assert client.post(url, {"names": "a@example.com"}).status_code == 403
    assert client.get(url).status_code == 405


def test_members_are_shown_only_to_people_who_may_see_contacts(client, spring):
    spring.contacts.add(Contact.objects.create(last_name="Diaz", email="amy@example.com"))
    sign_in(client, "change_list")
    page = page_of(client, spring)
    assert "<h1>Spring</h1>" in page
    assert "Diaz" not in page
    assert "amy@example.com" not in page
    assert 'name="names"' not in page


def test_people_who_may_see_contacts_and_lists_see_members_and_no_form(client, spring):
    spring.contacts.add(Contact.objects.create(last_name="Diaz"))
    sign_in(client, "view_list", "view_contact", "view_company")
    page = page_of(client, spring)
    assert "Diaz" in page
    assert 'name="names"' not in page


def test_nobody_learns_from_a_list_who_is_a_contact(client, spring):
    Contact.objects.create(email="amy@example.com")
    sign_in(client, "change_list")
    url = reverse("admin:lists_list_add_members", args=[spring.pk])
    assert client.post(url, {"names": "amy@example.com"}).status_code == 403


def test_the_right_to_see_contacts_and_change_lists_puts_contacts_on_them(client, spring):
    amy = Contact.objects.create(email="amy@example.com")
    sign_in(client, "change_list", "view_contact", "view_company")
    assert 'name="names"' in page_of(client, spring)
    client.post(reverse("admin:lists_list_add_members", args=[spring.pk]), {"names": "amy@example.com"})
    assert list(spring.contacts.all()) == [amy]


@pytest.mark.parametrize("number", ["abc", "4711"])
def test_a_list_that_does_not_exist_leads_home_with_a_word(admin_client, number):
    response = admin_client.get(f"/lists/list/{number}/change/", follow=True)
    assert response.redirect_chain[-1][0] == reverse("admin:index")
    assert number in response.content.decode()


def test_a_list_is_closed_to_people_who_may_not_see_lists(client, spring):
    sign_in(client, "view_contact")
    url = reverse("admin:lists_list_change", args=[spring.pk])
    assert client.get(url).status_code == 403


def test_deleting_a_list_keeps_its_contacts(admin_client, spring):
    spring.contacts.add(Contact.objects.create())
    admin_client.post(reverse("admin:lists_list_delete", args=[spring.pk]), {"post": "yes"})
    assert not List.objects.exists()
    assert Contact.objects.count() == 1


def row(number: int, **values: str) -> dict[str, str]:
    """A filter as the form posts it."""
    return {f"f0-{number}-{name}": value for name, value in values.items()}


NEW = {"name": "Japan", "kind": "contact", "type": "active"}
JAPAN = row(
    0, about="contact", property="country", was="contact country", operator="is", value="Japan\r\n\r\nPeru "
)


def test_filters_are_built_without_javascript(admin_client):
    page = admin_client.post("/lists/list/add/", {**NEW, **JAPAN, "do": "add-0"}).content.decode()
    assert 'name="f0-1-about"' in page
    assert not List.objects.exists()
    more = row(
        1,
        about="company",
        property="industry",
        was="company industry",
        operator="any_of",
        more="Energy",
        blank="1",
    )
    admin_client.post("/lists/list/add/", {**NEW, **JAPAN, **more, "do": "save"})
    assert List.objects.get().filters == {
        "groups": [
            [
                {"about": "contact", "property": "country", "operator": "is", "values": ["Japan", "Peru"]},
                {
                    "about": "company",
                    "property": "industry",
                    "operator": "any_of",
                    "values": ["Energy"],
                    "with_blank": True,
                },
            ]
        ]
    }


def test_another_property_begins_without_the_values_of_the_one_before(admin_client):
    changed = {**JAPAN, "f0-0-property": "annual_revenue"}
    page = admin_client.post("/lists/list/filters/", {**NEW, **changed}).content.decode()
    assert "Japan" not in page
    assert 'value="eq" selected' in page
    # What is lacking is told when somebody saves, not while the value is typed.
    assert 'role="alert"' not in page


def test_an_unfinished_list_keeps_what_was_entered_and_says_what_is_missing(admin_client):
    lacking = {**JAPAN, "f0-0-value": "", "do": "save"}
    page = admin_client.post("/lists/list/add/", {**NEW, **lacking}).content.decode()
    assert "Give at least one value." in page
    assert 'value="Japan"' in page  # the name
    assert not List.objects.exists()


def test_who_may_not_see_companies_builds_no_filters_on_them(client):
    sign_in(client, "add_list", "view_list", "view_contact")
    assert client.get("/lists/list/add/").status_code == 403
    assert client.post("/lists/list/preview/", {**NEW, **JAPAN}).status_code == 403


def test_an_archived_list_is_found_under_its_filter_and_comes_back(admin_client, spring):
    admin_client.post(reverse("admin:lists_list_archive", args=[spring.pk]))
    assert "Spring" not in admin_client.get("/lists/list/").content.decode()
    assert "Spring" in admin_client.get("/lists/list/?archived=yes").content.decode()
    admin_client.post(reverse("admin:lists_list_restore", args=[spring.pk]))
    assert "Spring" in admin_client.get("/lists/list/").content.decode()


def test_members_have_the_columns_and_the_bulk_actions_of_all_contacts(admin_client, spring):
    amy, bob = Contact.objects.create(last_name="Diaz"), Contact.objects.create(last_name="Smith")
    spring.contacts.add(amy)
    url = reverse("admin:lists_list_change", args=[spring.pk])
    columns = {"back": url, "query": "", "column": "city"}
    response = admin_client.post(reverse("admin:contacts_contact_columns"), columns)
    assert response["Location"] == url
    asked = {"action": "set_property", "_selected_action": [amy.pk], "select_across": "1", "confirmed": "1"}
    admin_client.post(url, {**asked, "property": "city", "value": "Oslo"})
    amy.refresh_from_db()
    bob.refresh_from_db()
    assert (amy.city, bob.city) == ("Oslo", None)
    assert "Oslo" in page_of(client=admin_client, item=spring)


def test_columns_lead_nowhere_else(admin_client):
    response = admin_client.post(reverse("admin:contacts_contact_columns"), {"back": "//evil.example/x"})
    assert response["Location"] == reverse("admin:contacts_contact_changelist")


def test_a_record_is_put_on_a_list_from_its_page(admin_client, spring):
    amy = Contact.objects.create(last_name="Diaz")
    url = reverse("admin:lists_list_of", args=["contact", amy.pk])
    assert "On no list." in admin_client.get(url, headers={"HX-Request": "true"}).content.decode()
    admin_client.post(reverse("admin:lists_list_put_on", args=["contact", amy.pk]), {"list": spring.pk})
    assert "Spring" in admin_client.get(url).content.decode()


def test_addresses_that_nobody_has_are_all_named(admin_client, spring):
    url = reverse("admin:lists_list_add_members", args=[spring.pk])
    page = admin_client.post(url, {"names": "nobody@example.com"}, follow=True).content.decode()
    assert "0 added, 0 were on the list already." in page
    assert "Nobody was found by these: nobody@example.com" in page


@pytest.mark.parametrize("path", ["add/?kind=company", "preview/", "preview/count/", "filters/"])
def test_lists_of_companies_tell_nothing_of_contacts_that_one_may_not_see(client, path):
    Contact.objects.create(company=Company.objects.create(name="Acme"), description="illness")
    sign_in(client, "add_list", "view_list", "view_company")
    asked = row(
        0,
        about="contact",
        property="description",
        was="contact description",
        operator="contains",
        value="ill",
    )
    new = {"name": "x", "kind": "company", "type": "active"}
    answer = (
        client.get(f"/lists/list/{path}")
        if "?" in path
        else client.post(f"/lists/list/{path}", {**new, **asked})
    )
    assert answer.status_code == 403


def test_a_list_is_removed_by_people_who_may_see_what_is_on_it(client, spring):
    sign_in(client, "view_list", "delete_list")
    url = reverse("admin:lists_list_delete", args=[spring.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert List.objects.exists()


def test_the_question_before_a_list_goes_counts_and_names_what_stands_against_it(admin_client, spring):
    spring.contacts.add(*[Contact.objects.create() for _ in range(3)])
    url = reverse("admin:lists_list_delete", args=[spring.pk])
    page = admin_client.get(url).content.decode()
    assert "Places on lists" in page
    assert "<dd>3</dd>" in page
    user = make("User", [on(spring)])
    assert f"The list is used by “{user}”." in admin_client.get(url, follow=True).content.decode()
    admin_client.post(url, {"post": "yes"})
    assert List.objects.filter(pk=spring.pk).exists()


@pytest.mark.parametrize(
    ("name", "told"), [("archive", "archived"), ("restore", "is back"), ("static", "is static now")]
)
def test_the_history_of_a_list_says_what_was_done_with_it(admin_client, name, told):
    item = make("Japan", [{"about": "contact", "property": "country", "operator": "known"}])
    admin_client.post(reverse(f"admin:lists_list_{name}", args=[item.pk]))
    history = admin_client.get(reverse("admin:lists_list_history", args=[item.pk])).content.decode()
    assert told in history


def test_a_list_that_takes_too_long_says_so_everywhere(admin_client, monkeypatch):
    item = make("Japan", [{"about": "contact", "property": "country", "operator": "known"}])
    amy = Contact.objects.create(country="Japan")

    @contextmanager
    def too_late(seconds: int) -> Iterator[None]:
        raise TakesTooLong
        yield

    for module in (counting, member_pages, of_record):
        monkeypatch.setattr(module, "limited", too_late)
    page = page_of(admin_client, item)
    assert "Finding the members took too long." in page
    url = reverse("admin:lists_list_count", args=[item.pk])
    assert "size not known" in admin_client.get(url).content.decode()
    asked = row(0, about="contact", property="country", was="contact country", operator="known")
    page = admin_client.post("/lists/list/preview/count/", {**NEW, **asked}).content.decode()
    assert "Counting takes too long to wait for." in page
    url = reverse("admin:lists_list_of", args=["contact", amy.pk])
    assert "took too long" in admin_client.get(url).content.decode()
