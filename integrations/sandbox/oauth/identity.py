"""Who a token belongs to: the identity URL, userinfo, introspection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.oauth.errors import OAuthError
from integrations.sandbox.oauth.sessions import SESSION_SECONDS
from integrations.sandbox.oauth.token import check_client
from integrations.sandbox.routes import open_to_all, sign_in

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

TYPE = "STANDARD"


def _person(org: DemoOrg) -> dict[str, Any]:
    return {
        "user_id": org.user_id,
        "organization_id": org.org_id,
        "email": org.username,
        "email_verified": True,
        "nick_name": "admin",
        "active": True,
        "user_type": TYPE,
        "language": "en_US",
        "locale": "en_US",
        "urls": {
            "rest": f"{org.url}/services/data/v{{version}}/",
            "sobjects": f"{org.url}/services/data/v{{version}}/sobjects/",
            "query": f"{org.url}/services/data/v{{version}}/query/",
            "enterprise": f"{org.url}/services/Soap/c/{{version}}/{org.org_id[:15]}",
            "partner": f"{org.url}/services/Soap/u/{{version}}/{org.org_id[:15]}",
            "profile": f"{org.url}/{org.user_id}",
        },
    }


@open_to_all("GET", "/id/{org_id}/{user_id}")
def identity(org: DemoOrg, request: Request, *, org_id: str, user_id: str) -> Response:
    """The user behind the identity URL of a token reply."""
    sign_in(org, request)
    if (org_id, user_id) != (org.org_id, org.user_id):
        return Response(404, b"Wrong org", "text/plain")
    names = {"username": org.username, "display_name": "Demo Administrator", "first_name": "Demo"}
    more = {"id": org.identity_url, "asserted_user": True, "last_name": "Administrator"}
    return Response.json(more | names | _person(org))


@open_to_all("GET", "/services/oauth2/userinfo")
@open_to_all("POST", "/services/oauth2/userinfo")
def userinfo(org: DemoOrg, request: Request) -> Response:
    """The same user in OpenID Connect's words."""
    sign_in(org, request)
    names = {"preferred_username": org.username, "name": "Demo Administrator", "zoneinfo": "UTC"}
    return Response.json({"sub": org.identity_url} | names | _person(org))


@open_to_all("GET", "/.well-known/openid-configuration")
def configuration(org: DemoOrg, request: Request) -> Response:
    """Where everything is, for clients that discover it."""
    places = ("authorize", "token", "revoke", "introspect", "userinfo")
    authorize, token, revoke, introspect, userinfo = (f"{org.url}/services/oauth2/{name}" for name in places)
    return Response.json(
        {
            "issuer": org.url,
            "authorization_endpoint": authorize,
            "token_endpoint": token,
            "revocation_endpoint": revoke,
            "introspection_endpoint": introspect,
            "userinfo_endpoint": userinfo,
            "scopes_supported": ["api", "id", "refresh_token", "openid", "full"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }
    )


@open_to_all("POST", "/services/oauth2/introspect")
def introspect(org: DemoOrg, request: Request) -> Response:
    """Whether a token is alive, and until when."""
    form = request.form()
    try:
        check_client(org, form)
    except OAuthError as error:
        return error.response()
    session = org.sessions.find(form.get("token", ""))
    if session is None:
        return Response.json({"active": False})
    issued = int(session.issued)
    return Response.json(
        {
            "active": True,
            "scope": session.grant.scope,
            "client_id": org.client_id,
            "username": org.username,
            "sub": org.identity_url,
            "token_type": "access_token",
            "iat": issued,
            "nbf": issued,
            "exp": issued + SESSION_SECONDS,
        }
    )
