"""Connecting to an org, checking the connection and ending it."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import ConnectionState, SalesforceConnection, SignInFlow, SyncSettings
from integrations.salesforce import auth
from integrations.salesforce.credentials import Token
from integrations.salesforce.errors import SalesforceError
from integrations.salesforce.hosts import check_host
from integrations.salesforce.session import newest_version
from integrations.services import schema
from integrations.services.mappings import create_defaults
from integrations.services.sessions import open_session
from integrations.services.tokens import store_token


def current() -> SalesforceConnection | None:
    """The connection of this installation, whether it is connected or not; None before the first.

    Its secrets are read only when they are asked for: pages must work when the keys are lost.
    """
    return SalesforceConnection.objects.defer(*SalesforceConnection.SECRETS).order_by("pk").first()


def require_known() -> SalesforceConnection:
    """The connection, whether it can be used or not; Refused before the first."""
    connection = current()
    if connection is None:
        raise Refused(_("crmbridge is not connected to Salesforce yet."), _("Connect first (sf_connect)."))
    return connection


def require_current() -> SalesforceConnection:
    """The connection, if it can be used; else a refusal that says what to do."""
    connection = require_known()
    if not connection.is_connected:
        raise Refused(
            _("The connection to %(org)s does not work any more.") % {"org": connection},
            _("Connect again (sf_connect)."),
        )
    return connection


def with_client_credentials(
    *, login_url: str, client_id: str, client_secret: str, by: User | None = None
) -> SalesforceConnection:
    """Connects as the run-as user of a connected app."""
    login_url = _login(login_url)
    token = auth.client_credentials(
        login_url=login_url, client_id=client_id, client_secret=client_secret, allow_loopback=_loopback()
    )
    return _connect(
        token,
        by=by,
        flow=SignInFlow.CLIENT_CREDENTIALS,
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret,
    )


def with_jwt(
    *, login_url: str, client_id: str, username: str, private_key: str, by: User | None = None
) -> SalesforceConnection:
    """Connects as a pre-authorised user by the app's private key."""
    login_url = _login(login_url)
    token = auth.jwt_bearer(
        login_url=login_url,
        client_id=client_id,
        username=username,
        private_key_pem=private_key,
        allow_loopback=_loopback(),
    )
    return _connect(
        token, by=by, flow=SignInFlow.JWT, login_url=login_url, client_id=client_id, private_key=private_key
    )


def web_sign_in_url(
    *, login_url: str, client_id: str, redirect_uri: str, state: str, code_verifier: str
) -> str:
    """The address where a person signs in and consents."""
    return auth.authorization_url(
        login_url=_login(login_url),
        client_id=client_id,
        redirect_uri=redirect_uri,
        state=state,
        code_verifier=code_verifier,
        allow_loopback=_loopback(),
    )


def with_code(
    *,
    login_url: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    code: str,
    code_verifier: str,
    by: User | None = None,
) -> SalesforceConnection:
    """Connects as the person who consented at `web_sign_in_url`."""
    login_url = _login(login_url)
    token = auth.exchange_code(
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret or None,
        redirect_uri=redirect_uri,
        code=code,
        code_verifier=code_verifier,
        allow_loopback=_loopback(),
    )
    return _connect(
        token,
        by=by,
        flow=SignInFlow.WEB,
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret or None,
    )


def again(*, connection: SalesforceConnection, by: User | None = None) -> SalesforceConnection:
    """Signs in again with what is stored; Refused where a person has to do it in the browser."""
    if connection.flow == SignInFlow.CLIENT_CREDENTIALS:
        return with_client_credentials(
            login_url=connection.login_url,
            client_id=connection.client_id,
            client_secret=connection.client_secret or "",
            by=by,
        )
    if connection.flow == SignInFlow.JWT:
        return with_jwt(
            login_url=connection.login_url,
            client_id=connection.client_id,
            username=connection.username,
            private_key=connection.private_key or "",
            by=by,
        )
    raise Refused(_("This connection was made in the browser."), _("Sign in there again."))


def disconnect(*, connection: SalesforceConnection) -> None:
    """Forgets the tokens and asks Salesforce to make them void; contacts, companies and the mirror stay."""
    token = connection.refresh_token or connection.access_token
    SalesforceConnection.objects.filter(pk=connection.pk).update(
        access_token=None,
        refresh_token=None,
        state=ConnectionState.DISCONNECTED,
        state_reason="",
    )
    if token:
        with suppress(SalesforceError):
            auth.revoke(login_url=connection.login_url, token=token, allow_loopback=_loopback())


def _loopback() -> bool:
    return bool(settings.SALESFORCE_ALLOW_LOOPBACK)


def _login(url: str) -> str:
    return check_host(url, allow_loopback=_loopback())


def _connect(token: Token, *, by: User | None, **how: Any) -> SalesforceConnection:
    """Stores the sign-in and learns what the org has; Refused when the records here belong to another org."""
    existing = current()
    if existing is not None and existing.org_id != token.org_id:
        raise Refused(
            _("This is the org %(new)s, but the records here belong to %(old)s.")
            % {"new": token.org_id, "old": f"{existing} ({existing.org_id})"},
            _("Sign in to %(old)s, or set up another crmbridge for this org.") % {"old": existing},
        )
    who = auth.identity(token=token, allow_loopback=_loopback())
    with transaction.atomic():
        connection = existing or SalesforceConnection(org_id=token.org_id)
        # What an earlier sign-in of another kind left is of no use any more.
        connection.client_secret = connection.private_key = connection.refresh_token = None
        for name, value in how.items():
            setattr(connection, name, value)
        connection.username, connection.user_id = who.username, token.user_id
        connection.org_name = who.org_name or ""
        connection.is_sandbox = _is_sandbox(connection.login_url, token.instance_url)
        connection.state, connection.state_reason = ConnectionState.CONNECTED, ""
        connection.connected_by, connection.connected_at = by, timezone.now()
        store_token(connection, token)
        connection.save()
        SyncSettings.objects.get_or_create(connection=connection)
    _learn(connection)
    return connection


def _learn(connection: SalesforceConnection) -> None:
    """Finds the API version, the describes and the default mappings."""
    connection.api_version = settings.SALESFORCE_API_VERSION
    with open_session(connection) as session:
        connection.api_version = newest_version(session, connection.api_version)
        connection.save(update_fields=["api_version"])
        session.api_version = connection.api_version
        readable = schema.learn(connection=connection, session=session)
    create_defaults(connection=connection, readable=readable)


def _is_sandbox(*urls: str) -> bool:
    hosts = [urlsplit(url).hostname or "" for url in urls]
    return any(host == "test.salesforce.com" or ".sandbox." in host for host in hosts)
