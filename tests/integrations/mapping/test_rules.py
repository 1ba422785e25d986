"""The truth table of behaviour.md, section 4: every rule and row, against the database."""

from typing import NamedTuple

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from integrations.mapping.rules import first_value, merged, would_write
from integrations.models import SyncRule

pytestmark = pytest.mark.django_db
PREFER, ALWAYS, TWO_WAY, NONE = SyncRule.values


class State(NamedTuple):
    """Salesforce now, Salesforce when last seen, here, and whether here is the newer one."""

    sf: str | None = None
    base: str | None = None
    here: str | None = None
    newer_here: bool = False


class Result(NamedTuple):
    """What is here afterwards and whether it is sent to Salesforce."""

    here: str | None
    sent: bool


ONLY_SALESFORCE = State(sf="a")
SALESFORCE_CHANGED = State(sf="b", base="a", here="a")
HERE_CHANGED = State(sf="a", base="a", here="h", newer_here=True)
BOTH_CHANGED_HERE_LAST = State(sf="b", base="a", here="h", newer_here=True)
BOTH_CHANGED_SALESFORCE_LAST = State(sf="b", base="a", here="h")
ONLY_HERE = State(here="h")
CLEARED_THERE = State(base="a", here="a")
CLEARED_THERE_CHANGED_HERE_LATER = State(base="a", here="h", newer_here=True)
CLEARED_HERE = State(sf="a", base="a", newer_here=True)
BOTH_BLANK = State()
DIFFER_AT_FIRST_CONTACT = State(sf="a", here="h")
DIFFER_AT_FIRST_CONTACT_HERE_NEWER = State(sf="a", here="h", newer_here=True)
BLANK_THERE_AT_FIRST_CONTACT_HERE_NEWER = State(here="h", newer_here=True)


def apply(rule: str, state: State) -> Result:
    """Runs both expressions in the database."""
    names = {name: sql.Identifier(name) for name in State._fields}
    statement = sql.SQL(
        "SELECT {}, {} FROM (VALUES (%s::text, %s::text, %s::text, %s)) AS v(sf, base, here, newer_here)"
    ).format(merged(rule, **names), would_write(rule, **names))
    with connection.cursor() as cursor:
        cursor.execute(statement, state)
        return Result(*cursor.fetchone())


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY])
def test_row_1_a_value_only_in_salesforce_comes_here(rule):
    assert apply(rule, ONLY_SALESFORCE) == Result("a", sent=False)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY])
def test_row_2_a_change_in_salesforce_comes_here(rule):
    assert apply(rule, SALESFORCE_CHANGED) == Result("b", sent=False)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS])
def test_row_3_a_change_here_gives_way_to_salesforce(rule):
    assert apply(rule, HERE_CHANGED) == Result("a", sent=False)


def test_row_3_a_change_here_goes_to_salesforce_two_way():
    assert apply(TWO_WAY, HERE_CHANGED) == Result("h", sent=True)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS])
@pytest.mark.parametrize("state", [BOTH_CHANGED_HERE_LAST, BOTH_CHANGED_SALESFORCE_LAST])
def test_row_4_of_two_changes_salesforces_counts(rule, state):
    assert apply(rule, state) == Result("b", sent=False)


def test_row_4_of_two_changes_the_newer_counts_two_way():
    assert apply(TWO_WAY, BOTH_CHANGED_HERE_LAST) == Result("h", sent=True)


def test_row_4_a_tie_goes_to_salesforce_two_way():
    assert apply(TWO_WAY, BOTH_CHANGED_SALESFORCE_LAST) == Result("b", sent=False)


@pytest.mark.parametrize(("rule", "sent"), [(PREFER, True), (ALWAYS, False), (TWO_WAY, True)])
def test_row_5_a_value_that_salesforce_never_had_stays_and_only_always_does_not_send_it(rule, sent):
    assert apply(rule, ONLY_HERE) == Result("h", sent=sent)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY])
def test_row_6_a_value_cleared_in_salesforce_is_cleared_here(rule):
    assert apply(rule, CLEARED_THERE) == Result(None, sent=False)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS])
def test_row_6_even_when_it_was_changed_here_later(rule):
    assert apply(rule, CLEARED_THERE_CHANGED_HERE_LATER) == Result(None, sent=False)


def test_row_6_a_later_change_here_survives_two_way():
    assert apply(TWO_WAY, CLEARED_THERE_CHANGED_HERE_LATER) == Result("h", sent=True)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS])
def test_row_7_a_value_cleared_here_comes_back(rule):
    assert apply(rule, CLEARED_HERE) == Result("a", sent=False)


def test_row_7_a_value_cleared_here_is_cleared_in_salesforce_two_way():
    assert apply(TWO_WAY, CLEARED_HERE) == Result(None, sent=True)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY, NONE])
def test_row_8_blank_on_both_sides_stays_blank(rule):
    assert apply(rule, BOTH_BLANK) == Result(None, sent=False)


@pytest.mark.parametrize(
    "state",
    [
        ONLY_SALESFORCE,
        SALESFORCE_CHANGED,
        HERE_CHANGED,
        BOTH_CHANGED_HERE_LAST,
        ONLY_HERE,
        CLEARED_THERE,
        CLEARED_HERE,
        BOTH_BLANK,
    ],
)
def test_dont_sync_neither_takes_nor_sends_in_any_row(state):
    assert apply(NONE, state) == Result(state.here, sent=False)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY])
def test_without_base_two_values_that_differ_become_salesforces(rule):
    assert apply(rule, DIFFER_AT_FIRST_CONTACT) == Result("a", sent=False)


def test_without_base_a_newer_value_here_counts_two_way():
    assert apply(TWO_WAY, DIFFER_AT_FIRST_CONTACT_HERE_NEWER) == Result("h", sent=True)


@pytest.mark.parametrize("rule", [PREFER, ALWAYS, TWO_WAY, NONE])
def test_without_base_nothing_is_ever_cleared(rule):
    assert apply(rule, BLANK_THERE_AT_FIRST_CONTACT_HERE_NEWER).here == "h"


def test_a_new_record_starts_with_what_salesforce_has_unless_the_rule_is_dont_sync():
    with connection.cursor() as cursor:
        columns = [first_value(rule, sf=sql.Identifier("sf")) for rule in SyncRule.values]
        cursor.execute(sql.SQL("SELECT {} FROM (VALUES ('a')) AS v(sf)").format(sql.SQL(", ").join(columns)))
        assert cursor.fetchone() == ("a", "a", "a", None)


def oracle(rule: str, state: State) -> Result:
    """The table once more, row by row as it is printed."""
    sf, base, here, newer_here = state
    if rule == NONE or (sf is None and here is None):
        return Result(here, sent=False)
    if sf is None and base is None:  # row 5
        return Result(here, sent=rule != ALWAYS)
    if rule != TWO_WAY:  # rows 1 to 4 and 7; row 6
        return Result(sf, sent=False)
    if sf == base or (newer_here and here != base):  # rows 3 and 7; the newer side of 4 and 6
        return Result(here, sent=here != sf)
    if sf is None and newer_here:  # row 6, set here again to what it was
        return Result(here, sent=True)
    return Result(sf, sent=False)


VALUES = st.sampled_from([None, "a", "b", "c"])


@given(st.sampled_from(SyncRule.values), st.builds(State, VALUES, VALUES, VALUES, st.booleans()))
@settings(deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_agrees_with_the_table_in_every_state(rule, state):
    assert apply(rule, state) == oracle(rule, state)
