"""The home page and what all pages share."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_q.models import Schedule

from crmbridge import bell, panels

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", re.IGNORECASE)


def pages() -> list[str]:
    """The addresses of every list and every form for something new."""
    found = ["/", "/password_change/"]
    for model in admin.site._registry:
        for page in ("changelist", "add"):
            try:
                found.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
            except NoReverseMatch:
                continue
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_opens_without_inline_script_or_style(admin_client: Client, language):
    admin_client.cookies["django_language"] = language
    for url in pages():
        response = admin_client.get(url, follow=True)
        assert response.status_code in (200, 403), url
        html = response.content.decode()
        assert not INLINE.search(html), (url, INLINE.search(html))


def test_pages_allow_scripts_and_styles_from_this_site_only(admin_client: Client):
    policy = admin_client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_home_page_tells_a_new_installation_what_to_do_first(admin_client: Client):
    page = admin_client.get("/").content.decode()
    assert "First steps" in page
    assert 'href="/integrations/salesforceconnection/">Connect Salesforce' in page
    assert "manage.py qcluster" in page


def test_the_home_page_shows_nothing_to_a_person_without_permissions(client: Client):
    client.force_login(User.objects.create_user("kim", is_staff=True))
    page = client.get("/").content.decode()
    assert "First steps" not in page
    assert "Worker" not in page


def test_a_panel_without_content_is_left_out(rf, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {"kind": {}})
    panels.register("kind", panels.Panel("one", "One", "crm/pages.html", lambda request, record: None))
    assert panels.render("kind", request=rf.get("/")) == []


def test_the_bell_counts_up_to_a_bound_and_asks_for_permission(rf, admin_user, monkeypatch):
    cache.clear()
    monkeypatch.setattr(bell, "_bells", [bell.Bell(lambda: 100, "admin:index", "integrations.view_problem")])
    request = rf.get("/")
    request.user = admin_user
    assert bell.ring(request).text == "99+"
    request.user = User.objects.create_user("kim", is_staff=True)
    assert bell.ring(request) is None
    cache.clear()


def test_a_page_that_does_not_exist_says_so_in_the_console(admin_client: Client):
    response = admin_client.get("/contacts/contact/999/change/", follow=True)
    assert "doesn’t exist" in response.content.decode()


def test_the_language_can_be_changed_from_any_page(admin_client: Client):
    response = admin_client.post(
        "/i18n/setlang/", {"language": "ja", "next": "/contacts/contact/"}, follow=True
    )
    assert response.redirect_chain == [("/contacts/contact/", 302)]
    assert "すべてのコンタクト" in response.content.decode()


def test_a_person_may_open_only_pages_that_permissions_name(client: Client):
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_contact"))
    client.force_login(user)
    assert client.get("/contacts/contact/").status_code == 200
    assert client.get("/companies/company/").status_code == 403
    assert client.get("/integrations/salesforceconnection/").status_code == 403
    assert client.get("/integrations/importrun/").status_code == 403


def test_errors_are_told_in_the_console_with_a_way_home(admin_client: Client, client: Client):
    missing = admin_client.get("/contacts/contact/999/company/")
    assert missing.status_code == 404
    assert "This page does not exist" in missing.content.decode()
    client.force_login(User.objects.create_user("kim", is_staff=True))
    forbidden = client.get("/contacts/contact/")
    assert forbidden.status_code == 403
    assert "Your account may not see this page" in forbidden.content.decode()


def test_an_unexpected_error_is_told_without_details(admin_client: Client, monkeypatch):
    def break_down(*args: object) -> None:
        raise RuntimeError("password of the database")

    monkeypatch.setattr(panels, "render", break_down)
    admin_client.raise_request_exception = False
    response = admin_client.get("/")
    assert response.status_code == 500
    assert "Something went wrong on the server" in response.content.decode()
    assert "password" not in response.content.decode()


def test_an_account_that_guesses_passwords_is_told_that_it_is_locked(client: Client, settings, admin_user):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    for _ in range(2):
        response = client.post("/login/", {"username": "admin", "password": "wrong"})
    assert response.status_code == 429
    assert "Too many failed sign-ins" in response.content.decode()


def test_nobody_makes_schedules_in_the_browser(admin_client):
    schedule = Schedule.objects.create(name="a", func="math.hypot")
    assert admin_client.get("/django_q/schedule/").status_code == 200
    assert admin_client.get("/django_q/schedule/add/").status_code == 403
    assert (
        admin_client.post(f"/django_q/schedule/{schedule.pk}/change/", {"func": "os.system"}).status_code
        == 403
    )
    assert admin_client.post(f"/django_q/schedule/{schedule.pk}/delete/", {"post": "yes"}).status_code == 403
