"""The SOAP login of user name, password and security token, as old clients still send it."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from integrations.sandbox.messages import Request, Response
from integrations.sandbox.oauth.errors import OAuthError
from integrations.sandbox.oauth.sessions import SESSION_SECONDS, Grant
from integrations.sandbox.oauth.token import API_SCOPE, check_password
from integrations.sandbox.routes import open_to_all

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

LAST_VERSION = 64
XML = "text/xml;charset=UTF-8"
NAMESPACES = (
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com"'
)
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope {names}><soapenv:Body>{body}</soapenv:Body>'
    "</soapenv:Envelope>"
)
FAULT = (
    "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>"
    "<sf:LoginFault><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}"
    "</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
)
RESULT = (
    "<loginResponse><result><passwordExpired>false</passwordExpired><sandbox>false</sandbox>"
    "<serverUrl>{server}</serverUrl><sessionId>{session}</sessionId><userId>{user}</userId><userInfo>"
    "<organizationId>{org}</organizationId><sessionSecondsValid>{seconds}</sessionSecondsValid>"
    "<userId>{user}</userId><userName>{name}</userName></userInfo></result></loginResponse>"
)


@open_to_all("POST", "/services/Soap/u/{version}")
@open_to_all("POST", "/services/Soap/c/{version}")
def login(org: DemoOrg, request: Request, *, version: str) -> Response:
    """A session for user name and password; gone in version 65, as at Salesforce."""
    number = version.partition(".")[0]
    if not number.isdigit() or int(number) > LAST_VERSION:
        return _fault("UNSUPPORTED_API_VERSION", f"login() is not available in API version {version}")
    envelope = request.body.decode("utf-8", "replace")
    try:
        check_password(org, _element(envelope, "username"), _element(envelope, "password"))
    except OAuthError:
        return _fault("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.")
    server = f"{org.url}/services/Soap/u/{version}/{org.org_id[:15]}"
    session = org.sessions.issue(Grant(API_SCOPE))
    result = RESULT.format(
        server=escape(server),
        session=session,
        user=org.user_id,
        org=org.org_id,
        name=escape(org.username),
        seconds=SESSION_SECONDS,
    )
    return _answer(200, result)


def _element(envelope: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>(.*?)</", envelope, re.DOTALL)
    return unescape(found[1]) if found else ""


def _fault(code: str, message: str) -> Response:
    return _answer(500, FAULT.format(code=code, message=escape(message)))


def _answer(status: int, body: str) -> Response:
    return Response(status, ENVELOPE.format(names=NAMESPACES, body=body).encode(), XML)
