"""An access token that ends on the way, and a sign-in that ends with it."""

from collections.abc import Callable

import pytest

from integrations.models import SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import connect
from tests.e2e.processes import wait_for
from tests.integrations.services.test_connect import connect_by_browser

from .conftest import Undisturbed
from .results import result
from .running import asked_for, ended, fresh, pages_in, process, resumed

pytestmark = pytest.mark.usefixtures("shared_worker")


@pytest.fixture
def signed_in(connection: SalesforceConnection, org: DemoOrg) -> SalesforceConnection:
    """The connection of a person who signed in with the browser; each refresh token works once."""
    org.rotate_refresh_tokens = True
    return connect_by_browser(org)


def sign_ins(org: DemoOrg) -> int:
    return sum(path.endswith("/oauth2/token") for _method, path in org.requests)


@pytest.mark.usefixtures("signed_in")
def test_a_token_that_ends_on_the_way_is_renewed_once_and_nobody_notices(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run, before = asked_for("leads-and-contacts"), sign_ins(org)
    with org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        org.expire_tokens()
    run = ended(run)
    assert result(run) == usual.result
    assert sign_ins(org) == before + 1


@pytest.mark.usefixtures("signed_in")
def test_of_two_workers_with_one_ended_token_only_one_renews_it(org: DemoOrg) -> None:
    before = sign_ins(org)
    with process("sf_import", "contacts", "--wait") as one, process("sf_import", "leads", "--wait") as two:
        with org.hold_next("/results", times=2) as gate:
            wait_for(lambda: gate.arrived == 2)
            org.expire_tokens()
        for importing in (one, two):
            out, err = importing.communicate(timeout=60)
            assert importing.returncode == 0, out + err
    assert sign_ins(org) == before + 1


def test_a_sign_in_that_was_withdrawn_stops_the_import_until_somebody_connects_again(
    org: DemoOrg, signed_in: SalesforceConnection, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        org.sessions.revoke(signed_in.refresh_token or "")
    run = ended(run)
    assert (run.state, run.error_code) == ("failed", "invalid_grant")
    assert run.error_message == "Salesforce no longer accepts the saved sign-in."
    assert run.error_remedy == "Reconnect to Salesforce."
    known = connect.require_known()
    assert (known.state, known.state_reason) == ("reconnect", run.error_message)
    again = resumed(run)
    assert (again.state, again.error_message) == ("failed", "crmbridge is not connected to Salesforce.")
    connect_by_browser(org)
    assert result(resumed(run)) == usual.result


def test_a_secret_that_was_changed_in_salesforce_stops_the_import_until_it_is_right_again(
    connection: SalesforceConnection, org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run, secret = asked_for("leads-and-contacts"), org.client_secret
    with org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        org.client_secret = "changed"
        org.expire_tokens()
    run = ended(run)
    org.client_secret = secret
    assert (run.state, run.error_code) == ("failed", "invalid_client")
    assert run.error_message == "Salesforce does not accept the consumer key or secret."
    assert run.error_remedy
    assert result(resumed(fresh(run))) == usual.result
