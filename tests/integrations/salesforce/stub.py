"""A small HTTP server that answers as told and remembers what it was asked."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What the server says; with `cut_at` it hangs up after so many bytes of the promised body."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class StubOrg:
    """`on` scripts the answers to a path: each is given once, the last for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, method: str, path: str, *answers: Answer | dict[str, Any] | list[Any] | str | bytes) -> None:
        path = path if path.startswith("/") else f"/services/data/v66.0/{path}"
        self._answers[method, path] = [a if isinstance(a, Answer) else Answer(a) for a in answers]

    def calls(self, method: str, path_ends: str = "") -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method and asked.path.endswith(path_ends)]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        script = self._answers.get((asked.method, asked.path))
        if not script:
            return Answer(
                [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404
            )
        return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        org = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                asked = Asked(self.command, parts.path, query, dict(self.headers.items()), body)
                self.give(org.answer(asked))

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_any  # noqa: N815 (http.server's names)

            def give(self, answer: Answer) -> None:
                content = answer.content()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status != 304:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: answer.cut_at])
                self.close_connection = answer.cut_at is not None

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@dataclass
class Tokens:
    """A token source whose refresh hands out the next token of a list."""

    instance_url: str
    access_token: str = "token-1"
    fresh: list[str] = field(default_factory=lambda: ["token-2"])
    rejected: list[str] = field(default_factory=list)

    def refresh(self, rejected_token: str) -> None:
        self.rejected.append(rejected_token)
        self.access_token = self.fresh.pop(0) if self.fresh else self.access_token
