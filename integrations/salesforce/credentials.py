"""What Salesforce hands out after a sign-in."""

from dataclasses import dataclass, field
from typing import Any

from .errors import ResponseBroken
from .hosts import check_host
from .ids import to_18


@dataclass(frozen=True)
class Token:
    """Access to one org as one user. It works until Salesforce refuses it: no lifetime is told."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    instance_url: str
    org_id: str
    user_id: str
    scope: str


def token_from(reply: dict[str, Any], *, allow_loopback: bool) -> Token:
    """The token in a reply of the token endpoint, its instance's address checked."""
    try:
        # https://login.salesforce.com/id/<org id>/<user id>
        org_id, user_id = str(reply["id"]).rstrip("/").split("/")[-2:]
        return Token(
            access_token=reply["access_token"],
            refresh_token=reply.get("refresh_token"),
            instance_url=check_host(reply["instance_url"], allow_loopback=allow_loopback),
            org_id=to_18(org_id),
            user_id=to_18(user_id),
            scope=reply.get("scope", ""),
        )
    except (KeyError, ValueError):
        raise ResponseBroken from None
