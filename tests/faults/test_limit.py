"""The org's API calls of the day are used up in the middle of an import."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import ImportRun, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import sync_settings
from tests.e2e.processes import wait_for

from .conftest import Undisturbed
from .results import result
from .running import asked_for, ended, fresh, pages_in, pause_is_over, resumed, worker

pytestmark = pytest.mark.usefixtures("connection")

MORE_CALLS = 1_000


def used_up_on_the_way(org: DemoOrg) -> ImportRun:
    """An import that waits because Salesforce refuses more calls."""
    run = asked_for("leads-and-contacts")
    with org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        org.api_limit = org.api_calls
    run = ended(run)
    assert (run.state, run.error_code, pages_in(run)) == ("parked", "REQUEST_LIMIT_EXCEEDED", 1)
    return run


def test_used_up_calls_make_the_import_wait_and_it_goes_on_by_itself(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    with worker():
        run = used_up_on_the_way(org)
    assert run.error_message == "The Salesforce org has used up its API calls for the last 24 hours."
    assert run.parked_until
    assert timedelta(minutes=55) < run.parked_until - timezone.now() < timedelta(minutes=61)
    org.api_limit += MORE_CALLS
    pause_is_over(run)
    with worker():
        wait_for(lambda: fresh(run).state == "finished")
    assert result(fresh(run)) == usual.result


def test_a_person_need_not_wait_for_the_end_of_the_pause(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    with worker():
        run = used_up_on_the_way(org)
        assert resumed(run).error_code == "REQUEST_LIMIT_EXCEEDED"
        org.api_limit += MORE_CALLS
        assert result(resumed(run)) == usual.result


def test_used_up_calls_of_our_own_allotment_make_the_import_wait_too(
    org: DemoOrg, connection: SalesforceConnection, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker(IMPORT_SLICE_SECONDS="0"):
        with org.hold_next("/results", after=1) as gate:
            wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
            sync_settings.update(connection=connection, allotted_calls=1)
        run = ended(run)
        assert run.state == "parked"
        assert run.error_message == "The API calls that crmbridge may use a day are used up."
        assert run.error_remedy
        sync_settings.update(connection=connection, allotted_calls=None)
        assert result(resumed(run)) == usual.result
