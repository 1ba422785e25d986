"""One HTTP request and one HTTP answer, apart from the socket."""

import gzip
import json
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlsplit

GZIP_FROM = 1_000
JSON = "application/json;charset=UTF-8"


@dataclass(slots=True)
class Request:
    """What came in. `path` has no query string; `body` is complete and not compressed.

    Clients that cannot send PATCH send POST with `?_HttpMethod=PATCH`.
    """

    method: str
    target: str
    headers: Message
    body: bytes = b""
    path: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.path, self.query = parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
        if self.method == "POST":
            self.method = self.query.get("_HttpMethod", "POST")

    def header(self, name: str) -> str:
        """The header's value, empty when absent."""
        return self.headers.get(name, "")

    def form(self) -> dict[str, str]:
        """The body as form fields."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(slots=True)
class Response:
    """What goes out."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    value: Any = None

    @classmethod
    def json(cls, value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> "Response":
        """An answer that carries JSON; it is encoded when it is sent, as the request asks."""
        return cls(status, headers=headers or {}, value=value)

    @classmethod
    def empty(cls, status: int = 204, *, headers: dict[str, str] | None = None) -> "Response":
        """An answer without a body."""
        return cls(status, content_type="", headers=headers or {})

    def encode(self, request: Request) -> None:
        """Writes JSON into the body: indented for `X-PrettyPrint`, compressed where the client takes gzip."""
        if self.value is None:
            return
        indent = 2 if request.header("X-PrettyPrint") == "1" else None
        separators = None if indent else (",", ":")
        text = json.dumps(self.value, ensure_ascii=False, indent=indent, separators=separators)
        self.body = text.encode("utf-8", "surrogatepass")
        if "gzip" in request.header("Accept-Encoding") and len(self.body) > GZIP_FROM:
            self.body = gzip.compress(self.body, compresslevel=1, mtime=0)
            self.headers["Content-Encoding"] = "gzip"
