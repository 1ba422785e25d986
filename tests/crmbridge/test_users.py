"""People who use the console, and their roles."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from crmbridge.roles import ADMINISTRATOR, MARKETER

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(client: Client) -> User:
    """An administrator who is no superuser, logged in."""
    kim = User.objects.create_user("kim", is_staff=True)
    kim.groups.add(Group.objects.get(name=ADMINISTRATOR))
    client.force_login(kim)
    return kim


def sent(person: User, **changes: object) -> dict[str, object]:
    """The person's form as the page sends it."""
    return {"username": person.username, "is_active": "on", **changes}


def test_a_new_person_has_a_role_and_can_log_in(admin_client: Client, client: Client) -> None:
    role = Group.objects.get(name=MARKETER)
    said = {"username": "mika", "password1": "long-enough-9", "password2": "long-enough-9"}
    admin_client.post("/auth/user/add/", {**said, "usable_password": "true", "groups": [role.pk]})
    assert list(User.objects.get(username="mika").groups.all()) == [role]
    answer = client.post("/login/?next=/", {"username": "mika", "password": "long-enough-9"})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_list_names_roles_in_the_readers_language(admin_client: Client, kim: User) -> None:
    assert "Administrator" in admin_client.get("/auth/user/").content.decode()
    admin_client.cookies["django_language"] = "ja"
    assert "管理者" in admin_client.get("/auth/user/").content.decode()


def test_an_administrator_makes_no_superuser(client: Client, kim: User) -> None:
    mika = User.objects.create_user("mika", is_staff=True)
    client.post(f"/auth/user/{mika.pk}/change/", sent(mika, first_name="Mika", is_superuser="on"))
    mika.refresh_from_db()
    assert (mika.first_name, mika.is_superuser) == ("Mika", False)


@pytest.mark.parametrize("page", ["change", "delete", "password"])
def test_an_administrator_cannot_touch_a_superuser(
    client: Client, kim: User, admin_user: User, page: str
) -> None:
    data = {"post": "yes", "password1": "long-enough-9", "password2": "long-enough-9", "username": "x"}
    assert client.post(f"/auth/user/{admin_user.pk}/{page}/", data).status_code == 403
    admin_user.refresh_from_db()
    assert (admin_user.username, admin_user.check_password("password")) == ("admin", True)


def test_the_form_of_a_role_names_what_it_may_do(admin_client: Client) -> None:
    role = Group.objects.get(name=MARKETER)
    page = admin_client.get(f"/auth/group/{role.pk}/change/").content.decode()
    assert "contact: change" in page
    assert "session" not in page
