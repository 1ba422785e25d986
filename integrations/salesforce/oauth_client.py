"""Talks to Salesforce's OAuth endpoints through Authlib, with our checks and errors."""

from collections.abc import Callable
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from requests import Response

from .credentials import Token, token_from
from .errors import ResponseBroken, error_from_response
from .hosts import check_host
from .retries import repeat

_TIMEOUT = (10, 60)
_BACKOFF = 0.5


class OAuthClient:
    """One app at one sign-in server."""

    def __init__(
        self,
        *,
        login_url: str,
        client_id: str = "",
        client_secret: str | None = None,
        redirect_uri: str | None = None,
        allow_loopback: bool = False,
    ) -> None:
        self.server = check_host(login_url, allow_loopback=allow_loopback)
        self.allow_loopback = allow_loopback
        self._session = OAuth2Session(
            client_id,
            client_secret,
            token_endpoint_auth_method="client_secret_post" if client_secret else "none",
            revocation_endpoint_auth_method="none",
            code_challenge_method="S256",
            redirect_uri=redirect_uri,
            default_timeout=_TIMEOUT,
        )
        for moment in ("access_token_response", "refresh_token_response"):
            self._session.register_compliance_hook(moment, _successful)

    def authorization_url(self, *, state: str, code_verifier: str, scope: str) -> str:
        """The address of the sign-in page."""
        address, _ = self._session.create_authorization_url(
            f"{self.server}/services/oauth2/authorize", state=state, code_verifier=code_verifier, scope=scope
        )
        return str(address)

    def fetch_token(self, grant_type: str, *, retries: int = 0, **parameters: str) -> Token:
        """The token for a grant. Only a grant that may be presented twice bears `retries`."""
        return self._token(self._session.fetch_token, retries, grant_type=grant_type, **parameters)

    def refresh_token(self, refresh_token: str) -> Token:
        """A new token; with the old refresh token unless Salesforce sent a new one."""
        return self._token(self._session.refresh_token, 0, refresh_token=refresh_token)

    def revoke_token(self, token: str) -> Response:
        """Salesforce's answer to the wish that a token be void."""
        address = f"{self.server}/services/oauth2/revoke"

        def attempt() -> Response:
            response: Response = self._session.revoke_token(address, token=token, allow_redirects=False)
            return response

        return repeat(attempt, retries=2, backoff=_BACKOFF)

    def _token(self, call: Callable[..., dict[str, Any]], retries: int, **parameters: str) -> Token:
        address = f"{self.server}/services/oauth2/token"

        def attempt() -> Token:
            try:
                reply = call(address, allow_redirects=False, **parameters)
            except ValueError:
                raise ResponseBroken from None
            return token_from(reply, allow_loopback=self.allow_loopback)

        return repeat(attempt, retries=retries, backoff=_BACKOFF)


def _successful(response: Response) -> Response:
    if response.status_code >= 300:
        raise error_from_response(response)
    return response
