"""The database server stops in the middle of an import and starts again: nothing is lost, nothing comes twice."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmbridge import embedded_postgres
from integrations.sandbox import DemoOrg
from tests.e2e.processes import wait_for

from .running import process

COUNTS = """
import json
from contacts.models import Contact
from integrations.models import SalesforceRecord
print(json.dumps([Contact.objects.count(), SalesforceRecord.objects.count()]))
"""


@pytest.fixture
def own_server(import_folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that use an embedded server of their own."""
    with tempfile.TemporaryDirectory(prefix="crmbridge-test-") as name:
        Path(name).chmod(0o755)
        own = {"DATABASE_URL": "", "CRMBRIDGE_VAR": name, "TEST_DATABASE": "crmbridge"}
        try:
            yield own
        finally:
            embedded_postgres.remove(folder=Path(name) / "postgres")


def ran(own: dict[str, str], *words: str) -> str:
    """What `manage.py WORDS…` printed last."""
    with process(*words, **own) as command:
        out, err = command.communicate(timeout=60)
    assert command.returncode == 0, err
    return (out.splitlines() or [""])[-1]


def test_a_server_that_is_restarted_in_the_middle_costs_no_row(
    org: DemoOrg, own_server: dict[str, str]
) -> None:
    ran(own_server, "migrate", "--verbosity", "0")
    ran(own_server, "sf_connect", "--flow", "client-credentials", "--login-url", org.url,
        "--client-id", org.client_id, "--client-secret", org.client_secret)  # fmt: skip
    with process("sf_import", "contacts", "--wait", "--json", **own_server) as importing:
        with org.hold_next("/results", after=1) as gate:
            wait_for(lambda: bool(gate.arrived))
            embedded_postgres.stop(folder=Path(own_server["CRMBRIDGE_VAR"]) / "postgres")
        out, err = importing.communicate(timeout=60)
    first = json.loads(out.splitlines()[-1])
    assert (importing.returncode, first["state"]) == (0, "finished"), err
    again = json.loads(ran(own_server, "sf_import", "contacts", "--wait", "--json"))
    assert (again["read"], again["created"], again["updated"]) == (first["read"], 0, 0)
    contacts, mirror = json.loads(ran(own_server, "shell", "--no-imports", "-c", COUNTS))
    assert (contacts, mirror) == (first["created"], first["read"])
