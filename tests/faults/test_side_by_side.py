"""Imports that two processes start at once."""

import json
from collections.abc import Callable

import pytest

from integrations.models import ImportRun
from integrations.sandbox import DemoOrg
from tests.e2e.processes import Process, wait_for

from .conftest import Undisturbed
from .locks import lock, page_waits_for_its_turn, waiting
from .results import result
from .running import process

pytestmark = pytest.mark.usefixtures("connection")


def told(command: Process) -> tuple[int, dict[str, str]]:
    """Exit code and last line of a command, once it is done."""
    out, _err = command.communicate(timeout=60)
    return command.returncode, json.loads(out.splitlines()[-1])


@pytest.mark.parametrize("other", ["leads-and-contacts", "contacts"])
def test_of_two_imports_of_the_same_records_one_is_refused(
    undisturbed: Callable[[str], Undisturbed], other: str
) -> None:
    usual = undisturbed("leads-and-contacts")
    with (
        process("sf_import", "leads-and-contacts", "--wait", "--json") as one,
        process("sf_import", other, "--wait", "--json") as two,
    ):
        # Neither can write its steps, so neither is seen by the other until both have looked.
        with lock("LOCK TABLE integrations_importphase IN SHARE MODE"):
            wait_for(lambda: waiting() == 2)
        (done, finished), (refused, error) = sorted([told(one), told(two)], key=lambda answer: answer[0])
    assert (done, finished["state"], refused) == (0, "finished", 1)
    assert "of the same records" in error["error"]
    run = ImportRun.objects.get()
    if run.record_group == "leads-and-contacts":
        assert result(run) == usual.result


def test_two_imports_of_different_records_at_once_end_like_one_after_the_other(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    with (
        process("sf_import", "contacts", "--wait", "--json") as contacts,
        process("sf_import", "leads", "--wait", "--json") as leads,
    ):
        with org.hold_next("/results", times=2) as gate:
            wait_for(lambda: gate.arrived == 2)
            with lock("LOCK TABLE integrations_problem IN SHARE MODE"):
                gate.open()
                wait_for(page_waits_for_its_turn)
        assert [told(contacts)[0], told(leads)[0]] == [0, 0]
    together = result(ImportRun.objects.order_by("pk").last() or ImportRun())
    assert (together.contacts, together.mirror) == (usual.result.contacts, usual.result.mirror)
