"""Whatever is posted, pages answer with a sentence and nothing of it is kept half."""

from typing import Any

import pytest
from django.urls import reverse

from contacts.models import Contact
from crmbridge.lists import services
from crmbridge.lists.models import List
from tests.crmbridge.lists.making import make, of

pytestmark = pytest.mark.django_db

NEW = {"name": "Japan", "kind": "contact", "type": "active"}
HUGE = "9" * 5_000


def row(number: int = 0, group: int = 0, **values: Any) -> dict[str, Any]:
    """A filter as the form posts it."""
    return {f"f{group}-{number}-{name}": value for name, value in values.items()}


def country(**values: Any) -> dict[str, Any]:
    return row(about="contact", property="country", was="contact country", **values)


@pytest.mark.parametrize("path", ["filters/", "preview/", "preview/count/", "add/"])
@pytest.mark.parametrize(
    "odd",
    [
        country(operator="is", value="a\0b"),
        country(operator="is", value="x" * 6_000),
        country(operator="nope", value="x"),
        row(about="list", was="list ", operator="member", value=HUGE),
        row(about="import", was="import ", operator="created_by", value="77"),
        row(about="campaign", was="campaign ", operator="in_campaign", value="701"),
        row(about="moon", was="moon ", operator="is", value="x"),
        row(about="contact", property="gone", was="contact gone", operator="is", value="x"),
        {"f0-0-about": "contact"},
        {},
    ],
)
def test_odd_filters_are_told_and_not_saved(admin_client, path, odd):
    assert admin_client.post(f"/lists/list/{path}", {**NEW, **odd, "do": "save"}).status_code == 200
    assert not List.objects.exists()


@pytest.mark.parametrize("do", [f"add-{HUGE}", "add-", "add--1", "remove-7-7", "remove-0", "nothing"])
def test_odd_buttons_change_nothing(admin_client, do):
    filled = country(operator="is", value="Japan")
    page = admin_client.post("/lists/list/filters/", {**NEW, **filled, "do": do}).content.decode()
    assert page.count("<fieldset") == 1


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-99-99T00:00:00Z", "2026-01-01T00:00:00Z"])
def test_who_does_not_say_what_was_seen_overwrites_nothing(admin_client, seen):
    item = make("Japan", [of("contact", "country", "is", "Japan")])
    changed = {"name": "Peru", "seen": seen, **country(operator="is", value="Peru")}
    page = admin_client.post(reverse("admin:lists_list_edit", args=[item.pk]), changed).content.decode()
    assert "Somebody changed this list while you had it open." in page
    item.refresh_from_db()
    assert item.name == "Japan"


@pytest.mark.parametrize("number", [HUGE, "-1", "x", "0"])
def test_lists_that_cannot_be_are_not_there(admin_client, number):
    amy = Contact.objects.create(last_name="Diaz")
    assert admin_client.post("/lists/list/preview/", {**NEW, "list": number}).status_code == 404
    url = reverse("admin:lists_list_put_on", args=["contact", amy.pk])
    assert admin_client.post(url, {"list": number}).status_code == 404


@pytest.mark.parametrize("given", [["", "5"], ["5", ""], ["7", "5"]])
def test_between_needs_both_values_in_their_order(admin_client, given):
    asked = row(
        about="contact",
        property="annual_revenue",
        was="contact annual_revenue",
        operator="within",
        value=given,
    )
    page = admin_client.post("/lists/list/add/", {**NEW, **asked, "do": "save"}).content.decode()
    assert "Give both values." in page or "The first value is greater" in page
    assert f'value="{given[1]}"' in page
    assert not List.objects.exists()


def test_a_ticked_option_is_kept_with_the_space_around_it(admin_client):
    Contact.objects.create(industry=" Energy ")
    asked = row(about="contact", property="industry", was="contact industry", operator="any_of")
    admin_client.post("/lists/list/add/", {**NEW, **asked, "f0-0-value": " Energy ", "do": "save"})
    assert services.count(List.objects.get()) == 1


def test_a_text_of_two_lines_is_refused_as_two_would_come_back():
    told = "A value stands on one line"
    with pytest.raises(Exception, match=told):
        make("Address", [of("contact", "address", "is", "1 Main St\nSpringfield")])


def test_more_filters_than_a_list_may_have_are_told(admin_client):
    many: dict[str, Any] = {}
    for group in range(21):
        many |= row(
            group=group,
            about="contact",
            property="country",
            was="contact country",
            operator="is",
            value="x",
        )
    page = admin_client.post("/lists/list/add/", {**NEW, **many, "do": "save"}).content.decode()
    assert "at most 20 groups" in page
    lines = "\n".join(f"v{number}" for number in range(5_001))
    page = admin_client.post(
        "/lists/list/preview/", {**NEW, **country(operator="is", value=lines)}
    ).content.decode()
    assert "at most 5,000 values" in page


@pytest.mark.parametrize(
    "query", ["?p=2", "?p=0", "?p=x", "?o=9.8.-7&p=99999999999999999999", "?q=x&p=2", "?foo=1"]
)
@pytest.mark.parametrize("filters", [{}, {"groups": [[of("contact", "gone", "is", "1")]]}])
def test_pages_that_a_list_does_not_have_lead_to_one_that_it_has(admin_client, query, filters):
    item = List.objects.create(name="S", type="active" if filters else "static", filters=filters)
    if not filters:
        item.contacts.add(Contact.objects.create())
    url = reverse("admin:lists_list_change", args=[item.pk])
    assert admin_client.get(url + query, follow=True).status_code == 200


def test_the_last_page_goes_when_its_last_members_do(admin_client):
    item = List.objects.create(name="S")
    people = [Contact.objects.create(last_name=f"P{number}") for number in range(55)]
    item.contacts.add(*people)
    url = reverse("admin:lists_list_change", args=[item.pk]) + "?p=2"
    chosen = {"action": "take_off", "_selected_action": [one.pk for one in people[:5]]}
    response = admin_client.post(url, chosen, follow=True)
    assert response.status_code == 200
    assert "P54" in response.content.decode()
