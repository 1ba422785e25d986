"""Imports: the list, Import Status and what its buttons do."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from integrations.models import ImportPhase, ImportRun, RunState, WorkerHeartbeat
from tests.integrations.admin.conftest import make_problem, make_run

pytestmark = pytest.mark.django_db


def url(run: ImportRun, name: str = "change") -> str:
    return reverse(f"admin:integrations_importrun_{name}", args=[run.pk])


def sign_in(client, *rights: str) -> None:
    """A person of the team with these rights alone."""
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)


def text_of(response) -> str:
    """The page as a person reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_shows_each_import_with_its_state_and_sums(admin_client, run):
    page = text_of(admin_client.get("/integrations/importrun/"))
    assert "All Contacts" in page
    assert "Running" in page
    assert "read 61,000 · created 50,000 · updated 8,000 · unchanged 911 · skipped 2,000 · failed 89" in page


def test_an_empty_list_says_how_to_start_an_import(admin_client):
    assert "There are no imports yet. Import contacts" in text_of(
        admin_client.get("/integrations/importrun/")
    )


def test_the_status_adds_up_what_was_read(admin_client, run):
    page = text_of(admin_client.get(url(run)))
    assert (
        "read 61,000 = created 50,000 + updated 8,000 + unchanged 911 + skipped 2,000 + failed 89"
        in page.replace(" +", " +")
    )
    assert "61,000 of 100,000" in page


def test_what_was_created_links_to_those_records(admin_client, run):
    page = admin_client.get(url(run)).content.decode()
    assert f'href="/contacts/contact/?created_by_import={run.pk}"' in page
    accounts = make_run(run.connection, record_group="accounts", state=RunState.FINISHED)
    accounts.phases.create(order=10, sobject="Account", read=1, created=1)
    page = admin_client.get(url(accounts)).content.decode()
    assert f'href="/companies/company/?created_by_import={accounts.pk}"' in page


def test_a_running_import_is_asked_for_every_second(admin_client, run):
    page = admin_client.get(url(run, "progress")).content.decode()
    assert f'hx-get="{url(run, "progress")}" hx-trigger="every 1s"' in page
    assert "<html" not in page


def test_an_import_that_has_ended_is_shown_whole_and_asked_for_no_more(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FINISHED)
    response = admin_client.get(url(run, "progress"))
    assert response["HX-Refresh"] == "true"
    page = admin_client.get(url(run)).content.decode()
    assert "hx-get" not in page
    assert "htmx" not in page


def test_the_notice_of_a_failure_stays(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    admin_client.get(url(run, "progress"))
    assert 'class="toast error" role="alert"' in admin_client.get(url(run)).content.decode()


def test_a_missing_worker_is_told_with_the_command_that_starts_one(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.QUEUED)
    WorkerHeartbeat.objects.all().delete()
    assert "No worker is running. The import waits" in text_of(admin_client.get(url(run)))


def test_an_error_is_shown_with_what_to_do(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.FAILED,
        error_code="INVALID_FIELD",
        error_message="Lead has no field Foo__c.",
        error_remedy="Remove it.",
    )
    assert "Lead has no field Foo__c. Remove it. INVALID_FIELD" in text_of(admin_client.get(url(run)))


def test_problems_are_grouped_with_what_to_do_and_lead_to_their_records(admin_client, run):
    make_problem(run)
    page = admin_client.get(url(run)).content.decode()
    assert f'href="{url(run, "problems")}?code=duplicate_email"' in page
    assert "Merge the two in Salesforce" in page


def test_the_records_of_one_reason_are_listed_with_both_records(admin_client, run):
    make_problem(run)
    make_problem(run, code="deleted", salesforce_id="0035f00000delteAAA")
    response = admin_client.get(url(run, "problems") + "?code=duplicate_email")
    assert "0035f00000abcdeAAA" in text_of(response)
    assert "0035f00000winnrAAA" in text_of(response)
    assert "0035f00000delteAAA" not in text_of(response)
    assert 'href="https://acme.my.salesforce.com/0035f00000abcdeAAA"' in response.content.decode()


def test_problems_of_another_import_are_not_shown(admin_client, run, org):
    make_problem(run)
    other = make_run(org, record_group="leads")
    assert "This import met no problems." in text_of(admin_client.get(url(other, "problems")))


def test_problems_leave_as_a_file(admin_client, run):
    make_problem(run, raw_value="=1+1")
    lines = admin_client.get(url(run, "problems_csv")).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Salesforce ID,")
    assert "'=1+1" in lines[1]


def test_problems_are_shown_only_to_people_who_may_see_problems(client, run):
    make_problem(run)
    ImportPhase.objects.update(skip_reasons={"deleted": 2_000})
    sign_in(client, "view_importrun", "change_contact")
    page = client.get(url(run)).content.decode()
    assert "Merge the two in Salesforce" in page
    assert "skipped: Deleted in Salesforce 2,000" in text_of(client.get(url(run)))
    assert url(run, "problems") not in page
    assert url(run, "problems_csv") not in page
    assert client.get(url(run, "problems")).status_code == 403
    assert client.get(url(run, "problems_csv")).status_code == 403


def test_problems_leave_as_a_file_only_with_people_who_may_export_contacts(client, run):
    make_problem(run)
    sign_in(client, "view_importrun", "view_problem", "view_contact")
    for name in ("change", "problems"):
        page = client.get(url(run, name)).content.decode()
        assert "duplicate_email" in page
        assert url(run, "problems_csv") not in page
    assert client.get(url(run, "problems_csv")).status_code == 403


def test_the_right_to_change_contacts_lets_problems_leave_as_a_file(client, run):
    make_problem(run)
    sign_in(client, "view_importrun", "view_problem", "change_contact")
    assert url(run, "problems_csv") in client.get(url(run)).content.decode()
    assert client.get(url(run, "problems_csv")).status_code == 200


@pytest.mark.parametrize("name", ["change", "progress", "problems", "problems_csv"])
def test_an_import_is_shown_when_the_keys_of_the_credentials_are_lost(admin_client, run, settings, name):
    run.connection.refresh_token = "once readable"
    run.connection.save()
    make_problem(run)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert admin_client.get(url(run, name)).status_code == 200


def test_a_pause_is_told_with_its_own_reason(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.PARKED,
        parked_until=timezone.now() + timedelta(minutes=1),
        error_message="Salesforce does not answer.",
    )
    page = text_of(admin_client.get(url(run)))
    assert "The import goes on by itself at" in page
    assert "Salesforce does not answer." in page
    assert "API calls for today" not in page


def test_cancel_asks_the_worker_to_stop(admin_client, run):
    response = admin_client.post(url(run, "cancel"), follow=True)
    run.refresh_from_db()
    assert run.cancel_requested
    assert "is being cancelled" in text_of(response)
    assert "The import stops after the page it is on." in text_of(response)


def test_cancel_ends_an_import_that_no_worker_is_on(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(lease=None, lease_until=None)
    assert "Cancelled" in text_of(admin_client.post(url(run, "cancel"), follow=True))


def test_resume_puts_a_failed_import_back_in_line(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    admin_client.post(url(run, "resume"))
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_retry_leads_to_the_new_import(admin_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.FINISHED)
    make_problem(run)
    response = admin_client.post(url(run, "retry"))
    again = ImportRun.objects.get(retry_of=run)
    assert response["Location"] == url(again)


def test_what_a_service_refuses_is_said_in_its_words(admin_client, run):
    response = admin_client.post(url(run, "retry"), follow=True)
    assert "is still under way" in text_of(response)
    assert 'class="toast error"' in response.content.decode()


def test_only_people_who_may_change_imports_have_buttons(client, run):
    sign_in(client, "view_importrun")
    assert "Cancel" not in text_of(client.get(url(run)))
    assert client.post(url(run, "cancel")).status_code == 403
    run.refresh_from_db()
    assert not run.cancel_requested


def test_nothing_is_changed_by_following_a_link(admin_client, run):
    for action in ("resume", "retry"):
        assert admin_client.get(url(run, action)).status_code == 405
    page = text_of(admin_client.get(url(run, "cancel")))
    assert "61,000 of 100,000 records are in. They stay." in page
    ImportRun.objects.update(state=RunState.FINISHED)
    assert "has already ended" in text_of(admin_client.get(url(run, "cancel"), follow=True))
    run.refresh_from_db()
    assert not run.cancel_requested
