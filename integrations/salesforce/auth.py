"""Signs in to Salesforce: in the browser with PKCE, or between servers by certificate or client secret."""

import secrets
import time
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from .credentials import Token
from .errors import ConfigProblem, error_from_response
from .identity import Identity, identity
from .oauth_client import OAuthClient

__all__ = [
    "Identity",
    "Token",
    "authorization_url",
    "client_credentials",
    "exchange_code",
    "identity",
    "jwt_bearer",
    "new_code_verifier",
    "new_state",
    "refresh",
    "revoke",
]

_PRODUCTION = "https://login.salesforce.com"
_SANDBOX = "https://test.salesforce.com"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Salesforce accepts an assertion for three minutes at most.
_ASSERTION_SECONDS = 180
_ALREADY_VOID = frozenset({"invalid_token", "unsupported_token_type"})


def new_code_verifier() -> str:
    """A fresh secret that ties an authorization code to the session that asked for it (PKCE, RFC 7636)."""
    return secrets.token_urlsafe(64)


def new_state() -> str:
    """A fresh value by which the callback recognises its own request."""
    return secrets.token_urlsafe(32)


def authorization_url(
    *,
    login_url: str,
    client_id: str,
    redirect_uri: str,
    state: str,
    code_verifier: str,
    scope: str = "api refresh_token id",
    allow_loopback: bool = False,
) -> str:
    """The address of Salesforce's sign-in page, which returns to `redirect_uri` with a code and the state."""
    client = OAuthClient(
        login_url=login_url, client_id=client_id, redirect_uri=redirect_uri, allow_loopback=allow_loopback
    )
    return client.authorization_url(state=state, code_verifier=code_verifier, scope=scope)


def exchange_code(
    *,
    login_url: str,
    client_id: str,
    client_secret: str | None,
    redirect_uri: str,
    code: str,
    code_verifier: str,
    allow_loopback: bool = False,
) -> Token:
    """The token for the code that the callback received. A code works once."""
    client = OAuthClient(
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        allow_loopback=allow_loopback,
    )
    return client.fetch_token("authorization_code", code=code, code_verifier=code_verifier)


def refresh(
    *,
    login_url: str,
    client_id: str,
    client_secret: str | None,
    refresh_token: str,
    allow_loopback: bool = False,
) -> Token:
    """A new access token. Keep the `refresh_token` in it: where rotation is on, the old one is void."""
    client = OAuthClient(
        login_url=login_url, client_id=client_id, client_secret=client_secret, allow_loopback=allow_loopback
    )
    return client.refresh_token(refresh_token)


def jwt_bearer(
    *,
    login_url: str,
    client_id: str,
    username: str,
    private_key_pem: str,
    audience: str | None = None,
    allow_loopback: bool = False,
) -> Token:
    """A token for a user whom an administrator has approved, asked for with the app's private key.

    `audience` is the sign-in server that Salesforce expects to be named, by default the common one for
    production or sandbox.
    """
    client = OAuthClient(login_url=login_url, client_id=client_id, allow_loopback=allow_loopback)
    claims = {
        "iss": client_id,
        "sub": username,
        "aud": audience or _audience(client.server),
        "exp": int(time.time()) + _ASSERTION_SECONDS,
    }
    return client.fetch_token(_JWT_GRANT, retries=2, assertion=_signed(claims, private_key_pem))


def client_credentials(
    *, login_url: str, client_id: str, client_secret: str, allow_loopback: bool = False
) -> Token:
    """A token for the app's run-as user. Salesforce offers this only at an org's own My Domain address."""
    client = OAuthClient(
        login_url=login_url, client_id=client_id, client_secret=client_secret, allow_loopback=allow_loopback
    )
    if client.server in (_PRODUCTION, _SANDBOX):
        raise ConfigProblem("needs_my_domain")
    return client.fetch_token("client_credentials", retries=2)


def revoke(*, login_url: str, token: str, allow_loopback: bool = False) -> None:
    """Makes an access or refresh token void; a refresh token takes its access tokens along."""
    response = OAuthClient(login_url=login_url, allow_loopback=allow_loopback).revoke_token(token)
    if response.status_code >= 300:
        error = error_from_response(response)
        if error.code not in _ALREADY_VOID:
            raise error


def _audience(server: str) -> str:
    """The sign-in server that a JWT for this address must name."""
    host = urlsplit(server).hostname or ""
    if server.startswith("http://"):
        return server
    return _SANDBOX if server == _SANDBOX or ".sandbox." in host else _PRODUCTION


def _signed(claims: dict[str, object], private_key_pem: str) -> str:
    try:
        return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(private_key_pem))
    except (JoseError, TypeError, ValueError):
        raise ConfigProblem("invalid_key") from None
