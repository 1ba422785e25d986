"""Viewer, Marketer, Administrator: the groups that a migration makes."""

import pytest
from django.contrib.auth.models import Group, User

from crmbridge.roles import ADMINISTRATOR, MARKETER, ROLES, VIEWER, permissions

pytestmark = pytest.mark.django_db


def member(role: str) -> User:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def test_each_role_is_a_group_with_its_permissions():
    for role in ROLES:
        found = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert set(found) == {(app, f"{action}_{model}") for app, model, action in permissions(role)}


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("contacts.view_contact", {VIEWER, MARKETER, ADMINISTRATOR}),
        ("contacts.change_contact", {MARKETER, ADMINISTRATOR}),
        ("lists.add_list", {MARKETER, ADMINISTRATOR}),
        ("integrations.view_importrun", {VIEWER, MARKETER, ADMINISTRATOR}),
        ("integrations.add_importrun", {ADMINISTRATOR}),
        ("integrations.change_syncsettings", {ADMINISTRATOR}),
        ("integrations.change_salesforceconnection", {ADMINISTRATOR}),
        ("auth.change_user", {ADMINISTRATOR}),
        ("admin.delete_logentry", set()),
    ],
)
def test_who_may_do_what(permission, roles):
    assert {role for role in ROLES if member(role).has_perm(permission)} == roles
