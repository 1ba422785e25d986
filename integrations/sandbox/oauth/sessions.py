"""The tokens and codes that are out there. They live in memory: they end with the org."""

import secrets
import threading
import time
from dataclasses import dataclass, field

CODE_SECONDS = 15 * 60
SESSION_SECONDS = 2 * 60 * 60


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed: the scopes."""

    scope: str

    @property
    def refreshable(self) -> bool:
        """Whether the scopes bring a refresh token."""
        return bool({"refresh_token", "offline_access", "full"} & set(self.scope.split()))


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code that waits to be exchanged, once."""

    grant: Grant
    redirect_uri: str
    challenge: str
    expires: float


@dataclass(frozen=True, slots=True)
class Session:
    """An access token's grant, and the refresh token that brought it, if any."""

    grant: Grant
    refresh_token: str
    issued: float


@dataclass(slots=True)
class Sessions:
    """Issues, checks and revokes."""

    org_id: str
    _access: dict[str, Session] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, grant: Grant, *, refresh_token: str = "") -> str:
        """A new access token."""
        token = f"{self.org_id[:15]}!AQ{secrets.token_urlsafe(60)}"
        with self._lock:
            self._access[token] = Session(grant, refresh_token, time.time())
        return token

    def issue_refresh(self, grant: Grant) -> str:
        """A new refresh token."""
        token = f"5Aep861{secrets.token_urlsafe(48)}"
        with self._lock:
            self._refresh[token] = grant
        return token

    def issue_code(self, grant: Grant, *, redirect_uri: str, challenge: str) -> str:
        """A new authorization code."""
        code = f"aPrx{secrets.token_urlsafe(32)}"
        with self._lock:
            self._codes[code] = Code(grant, redirect_uri, challenge, time.monotonic() + CODE_SECONDS)
        return code

    def take_code(self, code: str) -> Code | None:
        """The code, which is used up by this; None when unknown, used or expired."""
        with self._lock:
            found = self._codes.pop(code, None)
        return found if found and found.expires > time.monotonic() else None

    def find(self, access_token: str) -> Session | None:
        """The session of an access token."""
        return self._access.get(access_token)

    def is_alive(self, access_token: str) -> bool:
        """Whether an access token still opens the API."""
        return access_token in self._access

    def find_refresh(self, refresh_token: str) -> Grant | None:
        """The grant of a refresh token."""
        return self._refresh.get(refresh_token)

    def rotate(self, refresh_token: str) -> str | None:
        """A new refresh token in place of this one, which dies; None when it is dead already."""
        with self._lock:
            grant = self._refresh.pop(refresh_token, None)
        return None if grant is None else self.issue_refresh(grant)

    def revoke(self, token: str) -> bool:
        """Ends an access token, or a refresh token with all that it brought. False when unknown."""
        with self._lock:
            known = self._refresh.pop(token, None) is not None
            ended = [key for key, session in self._access.items() if token in (key, session.refresh_token)]
            for key in ended:
                del self._access[key]
        return known or bool(ended)

    def expire_all(self) -> None:
        """Ends every access token; refresh tokens stay."""
        with self._lock:
            self._access.clear()
