"""`/services/oauth2/token` in every flow, and `/revoke`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.oauth.errors import OAuthError, invalid_grant
from integrations.sandbox.oauth.jwt_bearer import check_assertion
from integrations.sandbox.oauth.sessions import Grant
from integrations.sandbox.routes import open_to_all

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
API_SCOPE = "api id"
Form = dict[str, str]


@open_to_all("POST", "/services/oauth2/token")
def token(org: DemoOrg, request: Request) -> Response:
    """Exchanges a code, a refresh token, an assertion, a secret or a password for an access token."""
    form = _with_basic_credentials(request)
    flow = FLOWS.get(form.get("grant_type", ""))
    try:
        if flow is None:
            raise OAuthError("unsupported_grant_type", "grant type not supported")
        return Response.json(flow(org, form), headers={"Cache-Control": "no-store"})
    except OAuthError as error:
        return error.response()


@open_to_all("POST", "/services/oauth2/revoke")
@open_to_all("GET", "/services/oauth2/revoke")
def revoke(org: DemoOrg, request: Request) -> Response:
    """Ends a token."""
    wanted = (request.query | request.form()).get("token", "")
    if org.sessions.revoke(wanted):
        return Response.empty(200)
    return OAuthError("invalid_token", "invalid token: token not found").response()


def _with_basic_credentials(request: Request) -> Form:
    form = request.query | request.form()
    scheme, _, encoded = request.header("Authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return form
        return {"client_id": name, "client_secret": secret} | form
    return form


def _authorization_code(org: DemoOrg, form: Form) -> dict[str, Any]:
    code = org.sessions.take_code(form.get("code", ""))
    if code is None:
        raise invalid_grant("expired authorization code")
    check_client(org, form, secret_optional=bool(code.challenge))
    if form.get("redirect_uri", "") != code.redirect_uri:
        raise OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
    if code.challenge and not hmac.compare_digest(_challenge(form.get("code_verifier", "")), code.challenge):
        raise invalid_grant("invalid code verifier")
    refresh = org.sessions.issue_refresh(code.grant) if code.grant.refreshable else ""
    answer = _answer(org, code.grant, refresh_token=refresh)
    return answer | {"refresh_token": refresh} if refresh else answer


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _refresh_token(org: DemoOrg, form: Form) -> dict[str, Any]:
    check_client(org, form, secret_optional=True)
    old = form.get("refresh_token", "")
    grant = org.sessions.find_refresh(old)
    new = org.sessions.rotate(old) if org.rotate_refresh_tokens else old
    if grant is None or new is None:
        raise invalid_grant("expired access/refresh token")
    answer = _answer(org, grant, refresh_token=new)
    return answer | {"refresh_token": new} if org.rotate_refresh_tokens else answer


def _client_credentials(org: DemoOrg, form: Form) -> dict[str, Any]:
    check_client(org, form)
    return _answer(org, Grant(form.get("scope") or API_SCOPE))


def _jwt_bearer(org: DemoOrg, form: Form) -> dict[str, Any]:
    check_assertion(org, form.get("assertion", ""))
    return _answer(org, Grant(form.get("scope") or API_SCOPE))


def _password(org: DemoOrg, form: Form) -> dict[str, Any]:
    check_client(org, form)
    check_password(org, form.get("username", ""), form.get("password", ""))
    return _answer(org, Grant(form.get("scope") or API_SCOPE))


def check_password(org: DemoOrg, username: str, password: str) -> None:
    """Accepts the password, with or without the security token behind it. Raises OAuthError."""
    given = password.removesuffix(org.security_token)
    if username != org.username or not hmac.compare_digest(given.encode(), org.password.encode()):
        raise invalid_grant("authentication failure")


def check_client(org: DemoOrg, form: Form, *, secret_optional: bool = False) -> None:
    """Accepts the connected app's id and secret. Raises OAuthError."""
    if form.get("client_id") != org.client_id:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    secret = form.get("client_secret", "")
    if secret_optional and not secret:
        return
    if not hmac.compare_digest(secret.encode(), org.client_secret.encode()):
        raise OAuthError("invalid_client", "invalid client credentials")


def _answer(org: DemoOrg, grant: Grant, *, refresh_token: str = "") -> dict[str, Any]:
    identity, issued = org.identity_url, str(int(time.time() * 1_000))
    digest = hmac.new(org.client_secret.encode(), (identity + issued).encode(), hashlib.sha256).digest()
    return {
        "access_token": org.sessions.issue(grant, refresh_token=refresh_token),
        "signature": base64.b64encode(digest).decode(),
        "scope": grant.scope,
        "instance_url": org.url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }


FLOWS: dict[str, Callable[[DemoOrg, Form], dict[str, Any]]] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
    JWT_BEARER: _jwt_bearer,
    "password": _password,
}
