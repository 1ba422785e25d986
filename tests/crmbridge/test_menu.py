"""The navigation shows each person what that person may use."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory

from crmbridge import menu

pytestmark = pytest.mark.django_db


def person(*permissions: str) -> User:
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def labels(entries: list[menu.Entry]) -> list[str]:
    return [str(entry.label) for entry in entries]


def request_of(user: User, path: str = "/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_an_administrator_sees_every_entry(admin_user):
    request = request_of(admin_user)
    assert labels(menu.main(request)) == ["Contacts", "Companies", "Lists"]
    assert labels(menu.main(request)[0].entries) == ["All Contacts", "Import"]
    assert labels(menu.account(request)) == [
        "Integrations",
        "Properties",
        "Users & permissions",
        "Background jobs",
    ]


def test_a_person_sees_only_what_that_person_may_open():
    request = request_of(person("view_importrun", "view_list"))
    assert labels(menu.main(request)) == ["Contacts", "Lists"]
    assert labels(menu.main(request)[0].entries) == ["Import"]
    assert menu.account(request) == []


def test_the_entry_of_the_open_page_is_marked(admin_user):
    entries = menu.main(request_of(admin_user, "/contacts/contact/7/change/"))
    assert [entry.is_current for entry in entries] == [True, False, False]


def test_links_to_settings_stand_on_settings_pages_only(admin_user):
    assert labels(menu.settings(request_of(admin_user, "/auth/user/"))) == [
        "Salesforce",
        "Properties",
        "Users & permissions",
        "Background jobs",
    ]
    for path in ("/contacts/contact/", "/integrations/importrun/", "/integrations/problem/"):
        assert menu.settings(request_of(admin_user, path)) == []


def test_every_entry_leads_to_a_page_that_opens(admin_client: Client, admin_user):
    request = request_of(admin_user, "/auth/user/")
    entries = [*menu.main(request), *menu.account(request), *menu.settings(request)]
    for url in {leaf.url for entry in entries for leaf in entry.leaves}:
        assert admin_client.get(url, follow=True).status_code == 200, url
