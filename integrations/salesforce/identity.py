"""Who a token acts for."""

from contextlib import suppress
from dataclasses import dataclass

from .credentials import Token
from .errors import NeedsReconnect, SalesforceError
from .session import SalesforceSession


@dataclass(frozen=True)
class Identity:
    """The connected user and org; `org_name` is None where the user may not see it."""

    username: str
    display_name: str
    org_name: str | None
    email: str
    language: str


class _FixedToken:
    """A token source for a few calls right after the sign-in, which has nothing to refresh from."""

    def __init__(self, token: Token) -> None:
        self.access_token = token.access_token
        self.instance_url = token.instance_url

    def refresh(self, rejected_token: str) -> None:
        raise NeedsReconnect


def identity(*, token: Token, allow_loopback: bool = False) -> Identity:
    """The user and org behind a token; takes one API call for the org's name."""
    with SalesforceSession(tokens=_FixedToken(token), allow_loopback=allow_loopback) as session:
        user = session.get_json(f"/id/{token.org_id}/{token.user_id}", format="json")
        return Identity(
            username=user["username"],
            display_name=user["display_name"],
            org_name=_org_name(session),
            email=user["email"],
            language=user["language"],
        )


def _org_name(session: SalesforceSession) -> str | None:
    with suppress(SalesforceError):
        for record in session.get_json("query", q="SELECT Name FROM Organization")["records"]:
            return str(record["Name"])
    return None
