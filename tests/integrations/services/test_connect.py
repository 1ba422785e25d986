"""Signing in by each flow, staying signed in, and what is refused."""

import logging
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.db import connection as database
from joserfc.jwk import RSAKey

from crmbridge.errors import Refused
from integrations.models import (
    ConnectionState,
    FieldMapping,
    ImportRun,
    SalesforceConnection,
    SalesforceObject,
)
from integrations.salesforce import auth, limits
from integrations.salesforce.errors import NeedsReconnect
from integrations.sandbox import DemoOrg
from integrations.services import connect
from integrations.services.check import check
from integrations.services.sessions import open_session

from .connected import connect_to, imported

REDIRECT = "http://localhost:1717/callback"


def consent(url: str) -> dict[str, str]:
    """What comes back to the app when a person allows the access."""
    form = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    address = url.partition("?")[0]
    answer = requests.post(address, data={**form, "decision": "allow"}, allow_redirects=False, timeout=10)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def connect_by_browser(org: DemoOrg) -> SalesforceConnection:
    state, verifier = auth.new_state(), auth.new_code_verifier()
    app = {"login_url": org.url, "client_id": org.client_id, "redirect_uri": REDIRECT}
    answer = consent(connect.web_sign_in_url(**app, state=state, code_verifier=verifier))
    assert answer["state"] == state
    return connect.with_code(
        **app, client_secret=org.client_secret, code=answer["code"], code_verifier=verifier
    )


def used_calls(connection: SalesforceConnection) -> int:
    """One call to the org through the stored tokens."""
    with open_session(connection) as session:
        return limits.fetch_limits(session).api_used


@pytest.mark.django_db
def test_a_connection_knows_its_org_and_has_mappings(org: DemoOrg) -> None:
    connection = connect_to(org)
    assert connection.org_id == org.org_id
    assert connection.username == org.username
    assert connection.is_connected
    assert not connection.is_sandbox
    assert set(SalesforceObject.objects.values_list("name", flat=True)) == {"Lead", "Contact", "Account"}
    assert FieldMapping.objects.filter(contact_field="Email", lead_field="Email").exists()


@pytest.mark.django_db
def test_the_browser_flow_stores_a_refresh_token(org: DemoOrg) -> None:
    connection = connect_by_browser(org)
    assert connection.flow == "web"
    assert connection.refresh_token
    assert used_calls(connection) > 0


@pytest.mark.django_db
def test_a_code_without_its_verifier_is_refused(org: DemoOrg) -> None:
    app = {"login_url": org.url, "client_id": org.client_id, "redirect_uri": REDIRECT}
    url = connect.web_sign_in_url(**app, state="s", code_verifier=auth.new_code_verifier())
    with pytest.raises(NeedsReconnect):
        connect.with_code(
            **app, client_secret="", code=consent(url)["code"], code_verifier=auth.new_code_verifier()
        )
    assert not SalesforceConnection.objects.exists()


@pytest.mark.django_db
def test_the_jwt_flow_signs_in_with_the_private_key(org: DemoOrg) -> None:
    key = RSAKey.generate_key(2048)
    org.jwt_public_key = key.as_pem(private=False)
    try:
        connection = connect.with_jwt(
            login_url=org.url,
            client_id=org.client_id,
            username=org.username,
            private_key=key.as_pem(private=True).decode(),
        )
        org.expire_tokens()
        assert used_calls(connection) > 0
    finally:
        org.jwt_public_key = None


@pytest.mark.django_db
def test_another_org_is_refused(org: DemoOrg) -> None:
    connection = connect_to(org)
    SalesforceConnection.objects.filter(pk=connection.pk).update(org_id="00D000000000099EAA", org_name="Acme")
    with pytest.raises(Refused, match=r"belong to Acme"):
        connect_to(org)
    assert SalesforceConnection.objects.get().org_id == "00D000000000099EAA"


@pytest.mark.django_db
def test_an_object_that_the_user_cannot_see_does_not_keep_the_rest_from_connecting(org: DemoOrg) -> None:
    body = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    org.fail_next("/sobjects/Lead/describe", status=404, body=body, times=2)
    connection = connect_to(org)
    assert FieldMapping.objects.filter(contact_field="Email", lead_field="").exists()
    found = check(connection=connection)
    assert found.complaints == ["The Salesforce user cannot read the object Lead."]
    assert set(found.fields) == {"Contact", "Account"}


@pytest.mark.django_db
def test_connecting_in_another_way_leaves_no_old_secret(org: DemoOrg) -> None:
    connect_by_browser(org)
    connect_to(org)
    connection = SalesforceConnection.objects.get()
    assert connection.flow == "client-credentials"
    assert connection.refresh_token is None


def test_an_expired_token_is_renewed_once_for_all(connection: SalesforceConnection, org: DemoOrg) -> None:
    org.expire_tokens()
    before = len(org.requests)
    ready = threading.Barrier(4)

    def call() -> None:
        ready.wait()
        try:
            used_calls(SalesforceConnection.objects.get())
        finally:
            database.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [path for _method, path in org.requests[before:]]
    assert asked.count("/services/oauth2/token") == 1


@pytest.mark.django_db
def test_a_rotated_refresh_token_replaces_the_old_one(org: DemoOrg) -> None:
    connection = connect_by_browser(org)
    org.rotate_refresh_tokens = True
    seen = {connection.refresh_token}
    for _ in range(2):
        org.expire_tokens()
        assert used_calls(SalesforceConnection.objects.get()) > 0
        seen.add(SalesforceConnection.objects.get().refresh_token)
    assert len(seen) == 3


@pytest.mark.django_db
def test_a_refresh_token_that_was_revoked_asks_for_a_new_sign_in(org: DemoOrg) -> None:
    connection = connect_by_browser(org)
    org.sessions.revoke(str(connection.refresh_token))
    with pytest.raises(NeedsReconnect):
        used_calls(connection)
    connection.refresh_from_db()
    assert connection.state == ConnectionState.RECONNECT
    assert connection.state_reason
    with pytest.raises(Refused, match="does not work any more"):
        connect.require_current()
    assert connect_by_browser(org).is_connected


@pytest.mark.django_db
def test_disconnecting_makes_the_token_void_and_keeps_the_connection(org: DemoOrg) -> None:
    connection = connect_by_browser(org)
    token = str(connection.access_token)
    connect.disconnect(connection=connection)
    connection.refresh_from_db()
    assert (connection.access_token, connection.refresh_token) == (None, None)
    assert connection.state == ConnectionState.DISCONNECTED
    assert not org.sessions.is_alive(token)
    with pytest.raises(Refused, match="not connected"):
        used_calls(connection)


@pytest.mark.django_db
def test_before_the_first_connection_the_refusal_says_what_to_do() -> None:
    with pytest.raises(Refused, match="Connect first"):
        connect.require_current()


def test_no_secret_is_told_anywhere(
    org: DemoOrg, transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = connect_by_browser(org)
    run = imported("contacts")
    org.expire_tokens()
    org.fail_next(
        "/oauth2/token", status=400, body={"error": "invalid_grant", "error_description": "expired"}
    )
    with pytest.raises(NeedsReconnect) as raised:
        used_calls(connection)
    secrets = {org.client_secret, str(connection.access_token), str(connection.refresh_token)}
    stored = ImportRun.objects.values_list("error_message", "traceback").get(pk=run.pk)
    with database.cursor() as cursor:
        cursor.execute("SELECT payload FROM django_q_ormq UNION ALL SELECT args FROM django_q_task")
        tasks = cursor.fetchall()
        cursor.execute("SELECT c::text FROM integrations_salesforceconnection c")
        raw = cursor.fetchall()
    known = SalesforceConnection.objects.get()
    told = "\n".join([caplog.text, *map(repr, (raised.value, known, vars(known), stored, tasks, raw))])
    assert not [secret for secret in secrets if secret in told]
