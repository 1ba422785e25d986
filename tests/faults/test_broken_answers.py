"""Answers that break off, come from an overloaded Salesforce, or are not what was promised."""

import gzip
from collections.abc import Callable

import pytest
from django.utils import timezone

from integrations.models import ImportRun, SalesforceRecord
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Answer, Faults
from integrations.sandbox.messages import Response
from integrations.services import imports
from integrations.services.claims import MOST_FAULTS

from .conftest import PAGE_ROWS, Undisturbed
from .results import result
from .running import asked_for, ended, resumed

pytestmark = pytest.mark.usefixtures("connection", "shared_worker")

FOR_EVER = 1_000_000
# Where requests go, and how many of the same kind come before the one that is disturbed.
CREATION, POLL, RESULT = ("/jobs/query", 0), ("/jobs/query/", 0), ("/results", 2)
PLACES = pytest.mark.parametrize(
    ("path", "after"), [CREATION, POLL, RESULT], ids=["creation", "poll", "result"]
)
UNREADABLE = "Salesforce's answer broke off or could not be read."
HTML = "<html><body><h1>We are down for maintenance.</h1></body></html>"


def changed(change: Callable[[bytes], bytes], **headers: str) -> Answer:
    """The org's own answer with another body, and other headers."""

    def answer(true_answer: Callable[[], Response]) -> Response:
        response = true_answer()
        zipped = response.headers.pop("Content-Encoding", "") == "gzip"
        response.body = change(gzip.decompress(response.body) if zipped else response.body)
        response.headers.update(headers)
        return response

    return answer


def without_last_row(body: bytes) -> bytes:
    return body[: body.rindex(b'\n"003')] + b"\n"


def waits_and_goes_on(org: DemoOrg, run: ImportRun, *, code: str, message: str) -> ImportRun:
    """The import, once Salesforce is itself again and a person has resumed it."""
    run = ended(run)
    assert (run.state, run.error_code, run.error_message) == ("parked", code, message)
    assert run.error_remedy
    assert run.parked_until
    org.faults = Faults()
    return resumed(run)


def test_a_body_that_breaks_off_is_asked_for_again(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    run = asked_for("leads-and-contacts")
    org.drop_next("/results", after_bytes=5_000, after=2, times=2)
    run = ended(run)
    assert result(run) == usual.result


def test_a_body_that_always_breaks_off_makes_the_import_wait(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.drop_next("/results", after_bytes=5_000, after=2, times=FOR_EVER)
    run = waits_and_goes_on(
        org,
        asked_for("leads-and-contacts"),
        code="BODY_BROKEN",
        message=UNREADABLE,
    )
    assert result(run) == usual.result


@PLACES
def test_an_error_page_a_few_times_changes_nothing(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], path: str, after: int
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.fail_next(path, status=500, body=HTML, after=after, times=2)
    org.fail_next(path, status=503, body=HTML, times=2)
    assert result(ended(asked_for("leads-and-contacts"))) == usual.result


@PLACES
def test_an_error_page_for_ever_makes_the_import_wait(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], path: str, after: int
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.fail_next(path, status=503, body=HTML, after=after, times=FOR_EVER)
    run = asked_for("leads-and-contacts")
    run = waits_and_goes_on(org, run, code="HTTP_503", message="Salesforce is unavailable at the moment.")
    assert result(run) == usual.result


def test_an_import_does_not_wait_for_ever(org: DemoOrg, undisturbed: Callable[[str], Undisturbed]) -> None:
    usual = undisturbed("leads-and-contacts")
    org.fail_next("/results", after=2, times=FOR_EVER)
    run = ended(asked_for("leads-and-contacts"))
    assert run.state == "parked"
    ImportRun.objects.filter(pk=run.pk).update(faults=MOST_FAULTS, parked_until=timezone.now())
    imports.enqueue(run)
    run = ended(run)
    assert (run.state, run.error_code) == ("failed", "HTTP_503")
    org.faults = Faults()
    assert result(resumed(run)) == usual.result


def test_a_body_with_fewer_rows_than_its_header_says_is_asked_for_again(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.answer_next("/results", changed(without_last_row), after=2)
    assert result(ended(asked_for("leads-and-contacts"))) == usual.result


def test_a_body_with_too_few_rows_for_ever_makes_the_import_wait(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.answer_next("/results", changed(without_last_row), after=2, times=FOR_EVER)
    run = waits_and_goes_on(
        org,
        asked_for("leads-and-contacts"),
        code="ROW_COUNT",
        message="Salesforce promised 100 rows but delivered 99, so reading starts again.",
    )
    assert result(run) == usual.result


def test_pages_that_do_not_add_up_to_the_job_s_total_are_read_again(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    short = {"Sforce-NumberOfRecords": "99"}
    org.answer_next("/results", changed(without_last_row, **short), after=2)
    run = waits_and_goes_on(
        org,
        asked_for("leads-and-contacts"),
        code="ROW_COUNT",
        message="Salesforce promised 450 rows but delivered 449, so reading starts again.",
    )
    assert result(run) == usual.result


@pytest.mark.parametrize(
    "body",
    [HTML.encode(), b'"Id","Na', b"\xff\xfe\x00 not CSV", b""],
    ids=["page", "start", "bytes", "nothing"],
)
def test_something_else_than_csv_is_asked_for_again(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed], body: bytes
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.answer_next("/results", changed(lambda _true: body), after=2)
    assert result(ended(asked_for("leads-and-contacts"))) == usual.result


def test_something_else_than_csv_with_as_many_lines_makes_the_import_wait_with_nothing_of_it_here(
    org: DemoOrg, undisturbed: Callable[[str], Undisturbed]
) -> None:
    usual = undisturbed("leads-and-contacts")
    org.answer_next("/results", changed(lambda _true: b"<p>\n" * 100), after=2, times=FOR_EVER)
    run = ended(asked_for("leads-and-contacts"))
    assert SalesforceRecord.objects.count() == 2 * PAGE_ROWS
    run = waits_and_goes_on(org, run, code="BODY_BROKEN", message=UNREADABLE)
    assert result(run) == usual.result
