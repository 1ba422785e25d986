"""What the commands print for people and for machines, and how they end."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError
from django.db import connection as database
from django.utils import timezone

from integrations.models import ImportRun, RunState, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import imports
from tests.integrations.services.connected import imported, started

COMMANDS = sorted(name for name, app in get_commands().items() if name.startswith("sf_"))
KEYS = {
    *("run", "state", "record_group", "read", "created", "updated", "unchanged", "skipped", "failed"),
    *("problems", "api_calls", "seconds", "records_per_second"),
}


def told(*words: str) -> str:
    """What a command prints where it is not a terminal."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def told_json(*words: str) -> dict[str, Any]:
    return dict(json.loads(told(*words, "--json").splitlines()[-1]))


def refusal(*words: str) -> tuple[str, dict[str, Any]]:
    """The sentence of a command that fails, and its JSON object."""
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command(*words, "--json", stdout=out)
    assert raised.value.returncode == 1
    return str(raised.value), json.loads(out.getvalue().splitlines()[-1])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_examples_of_itself(name: str) -> None:
    text = load_command_class("integrations", name).create_parser("manage.py", name).format_help()
    examples = text.partition("examples:")[2].splitlines()[1:]
    assert examples
    assert all(line.startswith(f"  manage.py {name}") for line in examples if line)


@pytest.mark.usefixtures("connection")
def test_an_import_tells_machines_just_what_is_agreed() -> None:
    answer = told_json("sf_import", "contacts", "--wait")
    assert set(answer) == KEYS
    assert set(answer["api_calls"]) == {"estimated", "used"}
    assert answer["state"] == "finished"
    parts = ("created", "updated", "unchanged", "failed")
    assert answer["read"] == sum(answer[part] for part in parts) + sum(answer["skipped"].values())


@pytest.mark.usefixtures("connection")
def test_an_import_that_fails_tells_why_and_exits_with_1(org: DemoOrg) -> None:
    run = imports.resume(run=cancelled(started("contacts")), detach=False)
    org.fail_next("/queryAll", status=400, body=[{"errorCode": "MALFORMED_QUERY", "message": "unexpected"}])
    sentence, answer = refusal("sf_resume", str(run.pk), "--wait")
    assert set(answer) == KEYS | {"error"}
    assert answer["state"] == "failed"
    assert answer["error"].startswith("Salesforce did not understand")
    assert f"Import {run.pk}" in sentence


def cancelled(run: ImportRun) -> ImportRun:
    imports.cancel(run=run)
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.usefixtures("connection")
def test_without_a_terminal_there_are_plain_whole_lines() -> None:
    lines = told("sf_import", "leads-and-contacts", "--wait").splitlines()
    assert not any("\x1b" in line or "…" in line for line in lines)
    assert any(line.startswith("Contacts: ") and line.endswith("Done") for line in lines)
    assert any(line.startswith("read ") and " = created " in line for line in lines)
    [duplicates] = [line for line in lines if "Duplicate e-mail:" in line]
    assert duplicates.endswith(".")
    assert len(duplicates) > 80


@pytest.mark.usefixtures("connection")
def test_the_plan_prints_counts_and_calls_and_starts_nothing() -> None:
    text = told("sf_import", "leads-and-contacts", "--plan")
    assert "Contact: 120\nLead: 40\nAPI calls: about 4" in text
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("connection")
def test_a_detached_import_waits_for_a_worker() -> None:
    answer = told_json("sf_import", "contacts", "--detach")
    assert answer == {"run": ImportRun.objects.get().pk, "state": "queued"}


@pytest.mark.usefixtures("connection")
def test_status_shows_the_latest_import_or_the_one_that_is_named() -> None:
    first, second = imported("contacts"), imported("leads")
    assert told_json("sf_status")["run"] == second.pk
    assert told_json("sf_status", str(first.pk))["record_group"] == "contacts"
    assert f"#{first.pk} · Finished" in told("sf_status", str(first.pk), "--watch")


@pytest.mark.usefixtures("connection")
def test_cancel_resume_and_retry_take_the_number_of_an_import() -> None:
    run = started("contacts")
    assert told_json("sf_cancel", str(run.pk))["state"] == "cancelled"
    assert told_json("sf_resume", str(run.pk), "--wait")["state"] == "finished"
    again = told_json("sf_retry", str(run.pk), "--wait")
    assert (again["state"], again["created"]) == ("finished", 0)


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sf_status", "99"), "There is no import 99."),
        (("sf_status",), "There is no import yet."),
        (("sf_import", "contacts", "--campaign", "x"), "Name the campaign"),
        (("sf_import", "campaign", "--campaign", "x", "--plan"), "is not a Salesforce ID"),
        (("sf_settings", "--allotted-calls", "many"), "takes a number, or none"),
        (
            ("sf_connect", "--login-url", "https://evil.example", "--client-id", "a", "--flow", "jwt"),
            "--key-file",
        ),
        (
            (
                *("sf_connect", "--login-url", "https://evil.example", "--client-id", "a"),
                *("--client-secret", "b", "--flow", "client-credentials"),
            ),
            "not one of Salesforce's",
        ),
    ],
)
def test_a_refusal_is_one_sentence_for_people_and_machines(words: tuple[str, ...], sentence: str) -> None:
    text, answer = refusal(*words)
    assert sentence in text
    assert answer == {"error": text}


def test_check_tells_what_the_user_may_read(connection: SalesforceConnection, org: DemoOrg) -> None:
    answer = told_json("sf_check")
    assert (answer["org_id"], answer["complaints"]) == (org.org_id, [])
    assert set(answer["fields"]) == {"Lead", "Contact", "Account"}
    assert f"API calls: {org.api_calls + 1:,} of" in told("sf_check")


def test_settings_are_shown_and_changed(connection: SalesforceConnection) -> None:
    assert told("sf_settings") == "account-sync: sync\nno-email: import\nallotted-calls: none\n"
    changed = told_json("sf_settings", "--account-sync", "off", "--allotted-calls", "500")
    assert changed == {"account_sync": "off", "no_email": "import", "allotted_calls": 500}
    assert "account-sync: off" in told("sf_settings")


def test_a_broken_connection_can_still_be_set_and_ended(connection: SalesforceConnection) -> None:
    SalesforceConnection.objects.update(state="reconnect", state_reason="The sign-in expired.")
    assert refusal("sf_check")[0].endswith("Connect again (sf_connect).")
    assert "account-sync" in told("sf_settings")
    assert "Disconnected from" in told("sf_disconnect")


def test_secrets_are_encrypted_anew(connection: SalesforceConnection) -> None:
    assert told_json("sf_rotate_keys") == {"rotated": 2}


@pytest.mark.usefixtures("connection")
def test_a_pause_is_told_with_its_end() -> None:
    run = started("contacts")
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.PARKED,
        parked_until=timezone.now() + timezone.timedelta(hours=1),
        error_message="The API calls of the day are used up.",
    )
    text = told("sf_status", "--watch")
    assert "The API calls of the day are used up. It goes on at" in text


@pytest.mark.usefixtures("connection")
def test_the_status_is_shown_when_the_keys_are_lost() -> None:
    run = imported("contacts")
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_salesforceconnection SET access_token = 'gAAAAA' || repeat('x', 94)"
        )
    assert told_json("sf_status", str(run.pk))["state"] == "finished"
    assert "read" in told("sf_status", "--watch")
