"""Reads the many shapes in which Salesforce says that something went wrong."""

import re
from typing import Any, NamedTuple

from requests import RequestException, Response

MAX_RAW_LENGTH = 1_000

_SECRET = re.compile(
    r"00D[A-Za-z0-9]{12,15}!\S+"  # access token
    r"|\b5Aep[\w.]{16,}"  # refresh token
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON web token
    r"|\bBearer\s+\S+"
    r"|\b(?:access_token|refresh_token|client_secret|code_verifier|assertion|password|code|sid)=[^\s&\"']+",
    re.IGNORECASE,
)
_BARE_CODE = re.compile(r"[A-Za-z]+(_[A-Za-z]+)+")


class Reply(NamedTuple):
    """Salesforce's error code and its own words, as found in one answer. Either may be empty."""

    code: str
    text: str


def read_reply(response: Response) -> Reply:
    """The error in an answer: a REST array, an OAuth or bulk object, a bare code, HTML or nothing."""
    try:
        text = response.text
    except RequestException:
        return Reply("", "")
    try:
        return reply_from_json(response.json())
    except ValueError:
        plain = " ".join(re.sub(r"<[^>]*>", " ", text[: 10 * MAX_RAW_LENGTH]).split())
        return Reply(plain if _BARE_CODE.fullmatch(plain) else "", plain)


def reply_from_json(body: Any) -> Reply:
    """The error in a decoded body; an array tells its first."""
    error = body[0] if isinstance(body, list) and body else body
    if not isinstance(error, dict):
        return Reply("", "")
    code = error.get("errorCode") or error.get("error") or error.get("exceptionCode") or ""
    text = error.get("message") or error.get("error_description") or error.get("exceptionMessage") or ""
    return Reply(str(code), str(text))


def redact(text: str) -> str:
    """The text without tokens and secrets, at most 1,000 characters long."""
    return _SECRET.sub("[removed]", text)[:MAX_RAW_LENGTH]
