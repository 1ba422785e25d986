"""The HTTP server: reads requests, lets the routes answer, writes the answers, does the faults' damage."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from integrations.sandbox import routes
from integrations.sandbox.errors import ApiError
from integrations.sandbox.faults import Answer
from integrations.sandbox.messages import Request, Response

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

log = logging.getLogger(__name__)
POLL_SECONDS = 0.05
DATA_ROOT = "/services/data/v"


class Server(ThreadingHTTPServer):
    """Serves one org on a thread a connection; stopping it also ends the connections that are kept alive."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, org: DemoOrg, *, host: str, port: int) -> None:
        self.org = org
        self._connections: set[socket.socket] = set()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Binds without looking up the host's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def start(self) -> None:
        """Serves in the background."""
        threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True).start()

    def stop(self) -> None:
        """Ends serving and every open connection."""
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Takes a connection and remembers it."""
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Ends a connection and forgets it."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours."""
        log.debug("Connection from %s ended early", client_address, exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answers a request, whatever its method."""
        org = self.server.org
        request = Request(self.command, self.path, self.headers, self._read_body())
        org.remember(request.method, request.path)
        fault = org.faults.take(self.path, drops=False)
        response = self._meddled(org, request, fault.answer if fault else None)
        response.encode(request)
        self._send(org, request, response)

    do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _meddled(self, org: DemoOrg, request: Request, answer: Answer | None) -> Response:
        return answer(lambda: self._answer(org, request)) if answer else self._answer(org, request)

    @staticmethod
    def _answer(org: DemoOrg, request: Request) -> Response:
        try:
            return routes.answer(org, request)
        except ApiError as error:
            return Response.json(error.body(), status=error.status)
        except Exception:
            log.exception("The demo org failed to answer %s %s", request.method, request.path)
            return Response.json(
                [{"errorCode": "UNKNOWN_EXCEPTION", "message": "An unexpected error occurred"}], status=500
            )

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b"".join(iter(self._read_chunk, b""))
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _read_chunk(self) -> bytes:
        chunk = self.rfile.read(int(self.rfile.readline().split(b";")[0], 16))
        self.rfile.readline()
        return chunk

    def _send(self, org: DemoOrg, request: Request, response: Response) -> None:
        self.send_response(response.status)
        for name, value in self._headers(org, request, response).items():
            self.send_header(name, value)
        self.end_headers()
        body = b"" if request.method == "HEAD" else response.body
        drop = org.faults.take(self.path, drops=True)
        if drop is not None:
            self.close_connection = True
            body = body[: drop.drop_after]
        self.wfile.write(body)

    @staticmethod
    def _headers(org: DemoOrg, request: Request, response: Response) -> dict[str, str]:
        headers = {"Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private"} | response.headers
        if response.content_type:
            headers["Content-Type"] = response.content_type
        if request.path.startswith(DATA_ROOT):
            headers["Sforce-Limit-Info"] = org.usage.header(org.api_limit)
        if response.status == 401:
            headers["WWW-Authenticate"] = "Token"
        if response.status not in (204, 304):
            headers["Content-Length"] = str(len(response.body))
        return headers

    def version_string(self) -> str:
        """What the Server header says."""
        return "sfdcedge"

    def log_message(self, format: str, *args: object) -> None:
        """Requests are kept in `DemoOrg.requests`, not written to the terminal."""
