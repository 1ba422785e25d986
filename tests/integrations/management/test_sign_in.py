"""sf_connect in its flows; the browser's part is played by HTTP requests."""

import json
import re
import socket
import threading
from io import StringIO
from pathlib import Path

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection as database
from joserfc.jwk import RSAKey

from integrations.models import SalesforceConnection
from integrations.sandbox import DemoOrg
from tests.e2e.processes import wait_for

pytestmark = pytest.mark.usefixtures("transactional_db")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BrowserFlow:
    """sf_connect --flow web on a thread of its own, waiting for its callback."""

    def __init__(self, org: DemoOrg) -> None:
        self.out, self.error = StringIO(), ""
        self.port = free_port()
        words = ["sf_connect", "--flow", "web", "--login-url", org.url, "--client-id", org.client_id]
        self.words = [*words, "--client-secret", org.client_secret, "--port", str(self.port)]
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        wait_for(lambda: "/authorize?" in self.out.getvalue())
        self.url = next(line for line in self.out.getvalue().splitlines() if "/authorize?" in line)

    def _run(self) -> None:
        try:
            call_command(*self.words, stdout=self.out)
        except CommandError as error:
            self.error = str(error)
        finally:
            database.close()

    def decide(self, decision: str) -> requests.Response:
        """Presses a button on the org's page and follows the browser back."""
        page = requests.get(self.url, timeout=10)
        form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        address = self.url.partition("?")[0]
        form = {name: value.replace("&amp;", "&") for name, value in form.items()}
        answer = requests.post(address, data=form | {"decision": decision}, timeout=10)
        self.thread.join(timeout=30)
        return answer


def test_the_browser_comes_back_and_the_connection_stands(org: DemoOrg) -> None:
    flow = BrowserFlow(org)
    assert requests.get(f"http://localhost:{flow.port}/favicon.ico", timeout=10).status_code == 404
    answer = flow.decide("allow")
    assert "close this page" in answer.text
    assert flow.error == ""
    connection = SalesforceConnection.objects.get()
    assert (connection.flow, connection.is_connected) == ("web", True)
    assert org.client_secret not in flow.out.getvalue()


def test_a_denied_access_is_told(org: DemoOrg) -> None:
    flow = BrowserFlow(org)
    flow.decide("deny")
    assert flow.error == "The access was not allowed in Salesforce. Run the command again and choose Allow."
    assert not SalesforceConnection.objects.exists()


def test_an_answer_with_another_state_is_refused(org: DemoOrg) -> None:
    flow = BrowserFlow(org)
    requests.get(f"http://localhost:{flow.port}/callback?code=stolen&state=forged", timeout=10)
    flow.thread.join(timeout=30)
    assert "does not belong to this sign-in" in flow.error


def test_a_port_in_use_is_told(org: DemoOrg) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(CommandError, match=f"Port {port} of this machine is in use"):
            call_command("sf_connect", "--login-url", org.url, "--client-id", "x", "--port", port)


def test_a_private_key_signs_in(org: DemoOrg, tmp_path: Path) -> None:
    key, file = RSAKey.generate_key(2048), tmp_path / "server.key"
    file.write_bytes(key.as_pem(private=True))
    org.jwt_public_key = key.as_pem(private=False)
    out = StringIO()
    app = ("--login-url", org.url, "--client-id", org.client_id, "--username", org.username)
    call_command("sf_connect", "--flow", "jwt", *app, "--key-file", str(file), "--json", stdout=out)
    org.jwt_public_key = None
    assert json.loads(out.getvalue())["org_id"] == org.org_id
