"""A page goes in whole, with its sums, its problems and the cursor, or not at all; and sums always add up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from contacts.models import Contact
from integrations.models import ImportPhase, ImportRun, Problem, ProblemOccurrence, SalesforceRecord
from integrations.pipeline import outcome, page
from integrations.pipeline.outcome import Outcome
from tests.integrations.pipeline.rows import (
    changed,
    contact,
    contact_id,
    converted,
    deleted,
    lead,
    merged,
    stamp,
)

SUMS = ("read", "created", "updated", "unchanged", "skipped", "failed")


def nothing_went_in():
    step = ImportPhase.objects.get()
    tables = [Contact, SalesforceRecord, Problem, ProblemOccurrence]
    return not any(table.objects.exists() for table in tables) and (step.cursor, step.read, step.pages) == (
        None,
        0,
        0,
    )


class TestWhole:
    def test_the_cursor_and_the_sums_come_with_the_rows(self, take_in):
        take_in("Contact", contact(1), contact(2, Birthdate="tomorrow"))
        step = ImportPhase.objects.get()
        assert (step.cursor, step.read, step.created, step.pages) == ({"way": "test"}, 2, 2, 1)
        assert step.seconds > 0

    @pytest.mark.parametrize(
        ("place", "name"),
        [
            (page.merge, "update_changed"),
            (page.load, "mirror"),
            (page.problems, "resolve_gone"),
            (page.outcome, "save"),
        ],
    )
    def test_an_error_in_any_step_leaves_nothing_behind(self, take_in, monkeypatch, place, name):
        def fail(*args, **kwargs):
            raise RuntimeError(name)

        monkeypatch.setattr(place, name, fail)
        with pytest.raises(RuntimeError, match=name):
            take_in("Contact", contact(1), contact(2, Birthdate="tomorrow"))
        assert nothing_went_in()

    def test_what_before_commit_raises_rolls_the_page_back(self, take_in):
        def lost() -> None:
            assert Contact.objects.exists()
            raise RuntimeError("claim lost")

        with pytest.raises(RuntimeError, match="claim lost"):
            take_in("Contact", contact(1, Birthdate="tomorrow"), before_commit=lost)
        assert nothing_went_in()

    def test_the_next_page_of_the_same_connection_goes_in_after_a_failed_one(self, take_in):
        with pytest.raises(RuntimeError):
            take_in("Contact", contact(1), before_commit=lambda: (_ for _ in ()).throw(RuntimeError))
        assert take_in("Contact", contact(1)).created == 1

    def test_an_empty_page_goes_in_too(self, take_in):
        assert take_in("Contact") == Outcome()
        assert ImportPhase.objects.get().pages == 1


class TestSums:
    def test_every_row_is_counted_once_and_each_reason_is_named(self, take_in):
        take_in("Contact", contact(1), contact(2), contact(3), contact(4))
        take_in(
            "Contact",
            contact(1),
            changed(contact(2), Phone="1"),
            deleted(contact(3)),
            merged(contact(4), into=contact(1)),
            contact(5, Email="a@x.org"),
            contact(6, Email="a@x.org"),
            contact(7),
            skip_without_email=True,
        )
        step = ImportPhase.objects.last()
        assert [getattr(step, name) for name in SUMS] == [7, 1, 1, 1, 4, 0]
        assert step.skip_reasons == {"deleted": 1, "merged": 1, "duplicate_email": 1, "no_email": 1}

    def test_leads_name_their_reasons_as_well(self, take_in):
        take_in("Contact", contact(1))
        rows = [converted(lead(1), to=contact(1)), converted(lead(2), to=contact(2))]
        assert take_in("Lead", *rows).skip_reasons == {"converted": 1, "converted_waiting": 1}

    def test_the_pages_of_a_step_are_added_up(self, connection, run):
        step = ImportPhase.objects.create(run=run, order=0, sobject="Contact")
        for reasons in ({"deleted": 2}, {"deleted": 1, "no_email": 1}, {"merged": 1}):
            read = 5 + sum(reasons.values())
            outcome.save(
                phase_id=step.pk,
                outcome=Outcome(read=read, created=2, updated=1, skip_reasons=reasons),
                cursor={"at": read},
                seconds=0.5,
            )
        step.refresh_from_db()
        assert [getattr(step, name) for name in SUMS] == [20, 6, 3, 6, 5, 0]
        assert (step.skip_reasons, step.pages, step.seconds) == (
            {"deleted": 3, "no_email": 1, "merged": 1},
            3,
            1.5,
        )
        assert step.cursor == {"at": 6}

    def test_the_database_refuses_sums_that_do_not_add_up(self, run):
        with pytest.raises(IntegrityError, match="sums_add_up"):
            ImportPhase.objects.create(run=run, order=0, sobject="Contact", read=2, created=1)


class TestProblems:
    def test_the_same_problem_is_one_row_that_counts_how_often_it_was_seen(self, take_in, connection, run):
        take_in("Contact", deleted(contact(1)))
        first = Problem.objects.get()
        again = ImportRun.objects.create(connection=connection, record_group="contacts")
        take_in("Contact", deleted(contact(1)), run=again)
        second = Problem.objects.get()
        assert (first.attempts, second.attempts) == (1, 2)
        assert second.first_seen == first.first_seen
        assert second.last_seen > first.last_seen
        assert list(second.occurrences.order_by("id").values_list("run", flat=True)) == [run.pk, again.pk]

    def test_it_occurs_once_an_import_however_often_the_record_comes(self, take_in):
        for _ in range(2):
            take_in("Contact", deleted(contact(1)))
        assert ProblemOccurrence.objects.count() == 1

    def test_one_that_was_resolved_opens_again_when_it_comes_back(self, take_in):
        row = contact(1)
        take_in("Contact", changed(row, 1, Birthdate="x"))
        take_in("Contact", changed(row, 2, Birthdate="2000-01-01"))
        assert Problem.objects.get().resolved_at is not None
        take_in("Contact", changed(row, 3, Birthdate="x"))
        assert Problem.objects.get().resolved_at is None

    def test_only_the_problems_that_went_away_are_resolved(self, take_in, add_mapping):
        add_mapping("size", "number", contact_field="Size__c")
        row = contact(1, Birthdate="x", Size__c="x")
        take_in("Contact", row)
        take_in("Contact", changed(row, Size__c="1"))
        assert set(Problem.objects.filter(resolved_at=None).values_list("field", flat=True)) == {"Birthdate"}

    def test_an_open_value_problem_is_told_again_by_every_import_that_meets_it(self, take_in, connection):
        take_in("Contact", contact(1, Birthdate="x"))
        again = ImportRun.objects.create(connection=connection, record_group="contacts")
        assert take_in("Contact", contact(1, Birthdate="x"), run=again).unchanged == 1
        assert Problem.objects.filter(occurrences__run=again).count() == 1

    def test_a_record_with_several_says_all_of_them(self, take_in):
        take_in("Contact", contact(1, Email="a@x.org"), contact(2, Email="b@x.org"))
        take_in("Contact", changed(contact(1, Email="b@x.org", Birthdate="x")))
        assert set(Problem.objects.values_list("salesforce_id", "code")) == {
            (contact_id(1), "email_taken"),
            (contact_id(1), "value_misfit"),
        }


def test_two_connections_do_not_see_each_others_records(take_in, connection, tmp_path, run):
    take_in("Contact", contact(1, Email="a@x.org", Phone="1"))
    other = type(connection).objects.create(org_id="00D000000000002EAA", org_name="Other", flow="web")
    SalesforceRecord.objects.update(connection_id=other.pk)
    assert take_in("Contact", contact(1, Email="a@x.org", Phone="2")).updated == 1
    assert SalesforceRecord.objects.count() == 2
    assert Contact.objects.get().phone == "2"


class TestComparedAgain:
    """A page is compared with the mirror before its turn to merge, and meanwhile others may be at its records."""

    def test_a_record_that_came_newer_meanwhile_stays_as_it_came(self, take_in):
        newer = contact(1, Email="a@example.org", Phone="new", SystemModstamp=stamp(2))
        older = contact(1, Email="a@example.org", Phone="old", SystemModstamp=stamp(1))
        outcome = take_in(
            "Contact", older, contact(2), before_merge=lambda: elsewhere(take_in, "Contact", newer)
        )
        assert list(Contact.objects.order_by("id").values_list("phone", flat=True)) == ["new", None]
        assert (outcome.created, outcome.unchanged) == (1, 1)

    def test_a_record_that_somebody_removed_meanwhile_is_created_anew(self, take_in):
        take_in("Contact", contact(1, Phone="1"))
        row = changed(contact(1, Phone="2"))
        outcome = take_in("Contact", row, before_merge=lambda: in_a_thread(Contact.objects.get().delete))
        assert Contact.objects.get().phone == "2"
        assert (outcome.created, outcome.updated) == (1, 0)


def elsewhere(take_in, *arguments):
    in_a_thread(lambda: take_in(*arguments))


def in_a_thread(work):
    """Does the work on another connection, to its commit."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor() as threads:
        threads.submit(run).result()
