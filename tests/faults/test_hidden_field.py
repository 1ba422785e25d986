"""A field that is hidden from the Salesforce user since it was mapped: everything else goes in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contacts.models import Contact
from integrations.sandbox import DemoOrg
from tests.e2e.processes import wait_for
from tests.integrations.services.connected import rows, sums, worked

from .conftest import PAGE_ROWS, Undisturbed
from .running import asked_for, ended, pages_in, worker

pytestmark = pytest.mark.usefixtures("connection")


@contextmanager
def hidden(org: DemoOrg) -> Iterator[None]:
    """The job titles of all people are hidden."""
    for sobject in ("Contact", "Lead"):
        org.hide_field(sobject, "Title")
    try:
        yield
    finally:
        for sobject in ("Contact", "Lead"):
            org.show_field(sobject, "Title")


def titles() -> int:
    return Contact.objects.exclude(job_title=None).count()


def comes_with_the_next_import(usual: Undisturbed) -> bool:
    """Whether the next import, which may read the field again, brings what is missing and nothing else."""
    run = worked(asked_for("leads-and-contacts", detach=False))
    return (run.state, rows(Contact)) == ("finished", usual.result.contacts)


def test_a_field_hidden_before_the_import_is_left_out(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    with hidden(org), worker():
        run = ended(asked_for("leads-and-contacts"))
    assert (run.state, sums(run)) == ("finished", usual.result.sums)
    assert titles() == 0
    assert comes_with_the_next_import(usual)


@pytest.mark.parametrize("slice_seconds", ["0", "30"], ids=["a slice a page", "one slice"])
def test_a_field_hidden_in_the_middle_is_left_out_from_there(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], slice_seconds: str
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    with worker(IMPORT_SLICE_SECONDS=slice_seconds), org.hold_next("/results", after=1) as gate:
        wait_for(lambda: bool(gate.arrived) and pages_in(run) == 1)
        with hidden(org):
            gate.open()
            run = ended(run)
    assert (run.state, sums(run)) == ("finished", usual.result.sums)
    with_the_hidden = titles()
    assert comes_with_the_next_import(usual)
    assert PAGE_ROWS // 4 < with_the_hidden < titles() - PAGE_ROWS // 4
