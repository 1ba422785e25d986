"""The stored tokens of a connection, renewed by one worker for all."""

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from integrations.models import ConnectionState, SalesforceConnection, SignInFlow
from integrations.salesforce import auth
from integrations.salesforce.credentials import Token
from integrations.salesforce.errors import NeedsReconnect


class StoredTokens:
    """A TokenSource over a SalesforceConnection row, for several threads; holds no database connection."""

    def __init__(self, row: SalesforceConnection) -> None:
        self._pk = row.pk
        self.instance_url = row.instance_url
        self.access_token = row.access_token or ""

    def refresh(self, rejected_token: str) -> None:
        """Renews the token unless another worker did so already.

        The one place with a request inside a transaction: the row lock keeps two workers from spending one
        refresh token, which loses the connection where Salesforce rotates them. The request has a timeout.
        """
        opened_here = database.connection is None
        try:
            self._refresh(rejected_token)
        except NeedsReconnect as error:
            mark_reconnect_needed(connection_id=self._pk, reason=error.message)
            raise
        finally:
            if opened_here:
                database.close()

    def _refresh(self, rejected_token: str) -> None:
        with transaction.atomic():
            row = SalesforceConnection.objects.select_for_update(no_key=True).get(pk=self._pk)
            if not row.is_connected:
                raise NeedsReconnect
            if row.access_token == rejected_token:
                store_token(row, new_token(row))
                row.save()
        self.access_token, self.instance_url = row.access_token or "", row.instance_url


def new_token(row: SalesforceConnection) -> Token:
    """Signs in again by the way that the connection was made."""
    where = {"login_url": row.login_url, "client_id": row.client_id}
    loopback = settings.SALESFORCE_ALLOW_LOOPBACK
    if row.flow == SignInFlow.JWT:
        return auth.jwt_bearer(
            **where, username=row.username, private_key_pem=row.private_key or "", allow_loopback=loopback
        )
    if row.flow == SignInFlow.CLIENT_CREDENTIALS:
        return auth.client_credentials(
            **where, client_secret=row.client_secret or "", allow_loopback=loopback
        )
    if not row.refresh_token:
        raise NeedsReconnect
    return auth.refresh(
        **where,
        client_secret=row.client_secret,
        refresh_token=row.refresh_token,
        allow_loopback=loopback,
    )


def store_token(row: SalesforceConnection, token: Token) -> None:
    """Puts a token on the row, unsaved; a rotated refresh token replaces the old one."""
    row.access_token, row.instance_url = token.access_token, token.instance_url
    row.refresh_token = token.refresh_token or row.refresh_token
    row.refreshed_at = timezone.now()


def mark_reconnect_needed(*, connection_id: int, reason: str) -> None:
    """Notes that a person has to connect again, and why."""
    SalesforceConnection.objects.filter(pk=connection_id, state=ConnectionState.CONNECTED).update(
        state=ConnectionState.RECONNECT, state_reason=reason
    )
