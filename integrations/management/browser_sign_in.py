"""Signs in through the browser from a terminal: the consent comes back to a port of this machine."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from integrations.models import SalesforceConnection
from integrations.salesforce.auth import new_code_verifier, new_state
from integrations.services import connect
from integrations.services.errors import Refused

_WAIT_SECONDS = 600


def sign_in(
    *, login_url: str, client_id: str, client_secret: str, port: int, say: Callable[[str], object]
) -> SalesforceConnection:
    """Prints the address to open and waits up to ten minutes for the consent."""
    state, verifier = new_state(), new_code_verifier()
    with _Callback(("127.0.0.1", port), _Handler) as server:
        redirect_uri = f"http://localhost:{server.server_port}/callback"
        say(_("Open this address in your browser and allow the access:"))
        say(
            connect.web_sign_in_url(
                login_url=login_url,
                client_id=client_id,
                redirect_uri=redirect_uri,
                state=state,
                code_verifier=verifier,
            )
        )
        answer = server.wait()
    return connect.with_code(
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        code=_code(answer, state=state),
        code_verifier=verifier,
    )


def _code(answer: dict[str, str], *, state: str) -> str:
    if not answer:
        raise Refused(_("Nobody signed in within ten minutes."), _("Run the command again."))
    if not constant_time_compare(answer.get("state", ""), state):
        raise Refused(_("The answer does not belong to this sign-in."), _("Run the command again."))
    if "error" in answer:
        raise Refused(_("The access was not allowed in Salesforce."), _("Run the command again and choose Allow."))
    return answer.get("code", "")


class _Callback(HTTPServer):
    """Waits for the one request that brings the answer."""

    timeout = _WAIT_SECONDS

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.answer: dict[str, str] = {}

    def wait(self) -> dict[str, str]:
        """The parameters of the callback; empty when none came in time."""
        self.handle_request()
        return self.answer


class _Handler(BaseHTTPRequestHandler):
    server: _Callback

    def do_GET(self) -> None:  # noqa: N802 (the library's name)
        """Takes the answer and tells the person to go back to the terminal."""
        query = parse_qs(urlsplit(self.path).query)
        self.server.answer = {name: values[0] for name, values in query.items()}
        body = _("Back to the terminal: you can close this page.").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the request line holds the code."""
