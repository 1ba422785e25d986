"""`/services/oauth2/authorize`: the page on which a person lets an app in."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import override

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.oauth.sessions import Grant
from integrations.sandbox.routes import open_to_all

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

DEFAULT_SCOPE = "api id refresh_token"
HTML = "text/html;charset=UTF-8"
CHALLENGE = ("code_challenge", "code_challenge_method")
KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", *CHALLENGE)
DENIED = {"error": "access_denied", "error_description": "end-user denied authorization"}
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="icon" href="data:,"></head>
<body style="font: 1rem/1.5 system-ui; max-width: 26rem; margin: 4rem auto; padding: 0 1rem">
<h1>{title}</h1><p>{text}</p>
<form method="post" action="/services/oauth2/authorize">{hidden}
<p><label>{user_label}<br><input name="username" value="{user}" autocomplete="off"></label></p>
<p><button name="decision" value="allow">{allow}</button>
<button name="decision" value="deny">{deny}</button></p>
</form></body></html>"""


@open_to_all("GET", "/services/oauth2/authorize")
def ask(org: DemoOrg, request: Request) -> Response:
    """The page, or an error page when the app or its redirect address is not known."""
    problem = _problem(org, request.query)
    if problem is not None:
        return problem
    refused = _refused(request.query)
    if refused:
        return _redirect(request.query, refused)
    return Response(200, _page(org, request).encode(), HTML)


@open_to_all("POST", "/services/oauth2/authorize")
def decide(org: DemoOrg, request: Request) -> Response:
    """Sends the person back to the app with a code, or with `access_denied`."""
    form = request.form()
    problem = _problem(org, form)
    if problem is not None:
        return problem
    if form.get("decision") != "allow":
        return _redirect(form, DENIED)
    code = org.sessions.issue_code(
        Grant(form.get("scope") or DEFAULT_SCOPE),
        redirect_uri=form["redirect_uri"],
        challenge=form.get("code_challenge", ""),
    )
    return _redirect(form, {"code": code})


def _problem(org: DemoOrg, form: dict[str, str]) -> Response | None:
    """Nothing is sent to an address that cannot be trusted: such errors stay on the page."""
    address = urlsplit(form.get("redirect_uri", ""))
    registered = not org.redirect_uris or form.get("redirect_uri") in org.redirect_uris
    if form.get("client_id") != org.client_id:
        error = "error=invalid_client_id&error_description=client%20identifier%20invalid"
    elif address.scheme not in ("http", "https") or not address.hostname or not registered:
        error = "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration"
    else:
        return None
    return Response(400, escape(error).encode(), HTML)


def _refused(form: dict[str, str]) -> dict[str, str]:
    if form.get("response_type") != "code":
        return {"error": "unsupported_response_type", "error_description": "response type not supported"}
    if form.get("code_challenge") and form.get("code_challenge_method", "S256") != "S256":
        return {"error": "invalid_request", "error_description": "code challenge method must be S256"}
    return {}


def _redirect(form: dict[str, str], answer: dict[str, str]) -> Response:
    state = {"state": form["state"]} if "state" in form else {}
    address = form["redirect_uri"]
    joined = f"{address}{'&' if '?' in address else '?'}{urlencode(answer | state)}"
    return Response.empty(302, headers={"Location": joined})


def _page(org: DemoOrg, request: Request) -> str:
    language = "ja" if request.header("Accept-Language").lower().startswith("ja") else "en"
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(request.query[name])}">'
        for name in KEPT
        if name in request.query
    )
    with override(language):
        return PAGE.format(
            lang=language,
            title=escape(_("Demo Salesforce org")),
            text=escape(_("Allow access to the data of this demo org? All of it is made up.")),
            user_label=escape(_("User name")),
            user=escape(request.query.get("login_hint") or org.username),
            allow=escape(_("Allow")),
            deny=escape(_("Deny")),
            hidden=hidden,
        )
