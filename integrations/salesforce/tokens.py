"""How the session gets and presents its access token."""

from typing import Protocol

from requests import PreparedRequest
from requests.auth import AuthBase

_SCHEME = "Bearer "


class TokenSource(Protocol):
    """Where the session gets its access token. It is called from whichever thread sends the request."""

    @property
    def access_token(self) -> str: ...

    @property
    def instance_url(self) -> str: ...

    def refresh(self, rejected_token: str) -> None:
        """Gets a new token unless another worker has replaced the rejected one already.

        Raises NeedsReconnect when only a person can.
        """


class BearerAuth(AuthBase):
    """Signs each request with the newest token, over whatever a library on top of the session put there."""

    def __init__(self, tokens: TokenSource) -> None:
        self.tokens = tokens

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = _SCHEME + self.tokens.access_token
        return request


def token_of(request: PreparedRequest) -> str:
    """The access token that a request was signed with."""
    return str(request.headers["Authorization"]).removeprefix(_SCHEME)
