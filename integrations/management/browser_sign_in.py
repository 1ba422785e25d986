"""Signs in through the browser from a terminal: the consent comes back to a port of this machine."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import SalesforceConnection
from integrations.salesforce.auth import new_code_verifier, new_state
from integrations.services import connect

_WAIT_SECONDS = 600
_PATH = "/callback"


def sign_in(
    *, login_url: str, client_id: str, client_secret: str, port: int, say: Callable[[str], object]
) -> SalesforceConnection:
    """Prints the address to open and waits up to ten minutes for the consent."""
    state, verifier = new_state(), new_code_verifier()
    with _listen(port) as server:
        redirect_uri = f"http://localhost:{server.server_port}{_PATH}"
        address = connect.web_sign_in_url(
            login_url=login_url,
            client_id=client_id,
            redirect_uri=redirect_uri,
            state=state,
            code_verifier=verifier,
        )
        say(_("Open this address in your browser and allow the access:"))
        say(address)
        answer = server.wait()
    return connect.with_code(
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        code=_code(answer, state=state),
        code_verifier=verifier,
    )


def _listen(port: int) -> "_Callback":
    try:
        return _Callback(("127.0.0.1", port), _Handler)
    except OSError:
        raise Refused(
            _("Port %(port)s of this machine is in use.") % {"port": port},
            _("Name another with --port, and add it to the app's callback addresses in Salesforce."),
        ) from None


def _code(answer: dict[str, str], *, state: str) -> str:
    if not answer:
        raise Refused(_("Nobody signed in within ten minutes."), _("Run the command again."))
    if not constant_time_compare(answer.get("state", ""), state):
        raise Refused(_("The answer does not belong to this sign-in."), _("Run the command again."))
    if "error" in answer:
        raise Refused(
            _("The access was not allowed in Salesforce."), _("Run the command again and choose Allow.")
        )
    return answer.get("code", "")


class _Callback(HTTPServer):
    """Waits for the one request that brings the answer; browsers send others too."""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.answer: dict[str, str] = {}

    def wait(self) -> dict[str, str]:
        """The parameters of the callback; empty when none came in time."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self.answer and (left := deadline - time.monotonic()) > 0:
            self.timeout = left
            self.handle_request()
        return self.answer


class _Handler(BaseHTTPRequestHandler):
    server: _Callback
    # A connection that a browser opens ahead and never uses must not hold up the answer.
    timeout = 5

    def do_GET(self) -> None:
        """Takes the answer and tells the person to go back to the terminal."""
        address = urlsplit(self.path)
        if address.path != _PATH:
            self.send_error(404)
            return
        self.server.answer = {name: values[0] for name, values in parse_qs(address.query).items()}
        body = _("Back to the terminal: you can close this page.").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the request line holds the code."""
