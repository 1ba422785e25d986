"""The language of a person is kept with the account."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from crmbridge.models import Preference

pytestmark = pytest.mark.django_db
SAID = {"username": "mika", "password": "long-enough-9"}


@pytest.fixture
def mika() -> User:
    return User.objects.create_user(**SAID, is_staff=True)


def test_a_chosen_language_comes_along_to_another_browser(mika: User) -> None:
    one, other = Client(), Client()
    one.post("/login/", SAID)
    one.post("/i18n/setlang/", {"language": "ja", "next": "/"})
    assert "ホーム" in one.get("/").content.decode()
    other.post("/login/?next=/", SAID)
    assert "ホーム" in other.get("/").content.decode()
    other.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert Preference.objects.get(user=mika).language == "en"


def test_a_person_who_never_chose_keeps_the_language_of_the_browser(mika: User) -> None:
    client = Client(headers={"Accept-Language": "ja"})
    client.post("/login/", SAID)
    assert "ホーム" in client.get("/").content.decode()


@pytest.mark.parametrize("language", ["", "tlh"])
def test_a_language_that_does_not_exist_is_not_remembered(mika: User, language: str) -> None:
    client = Client()
    client.force_login(mika)
    client.post("/i18n/setlang/", {"language": language, "next": "/"})
    assert not Preference.objects.exists()


def test_somebody_who_is_not_logged_in_may_choose_too(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "ja", "next": "/login/"})
    assert "ログイン" in client.get("/login/").content.decode()
    assert not Preference.objects.exists()
