"""Random small orgs, imported in random pages and orders: what must hold whatever comes."""

from collections import Counter

import pytest
from django.db import connection
from django.db.models.functions import Lower
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.models import PropertyChange
from integrations.models import ImportPhase, LinkState, Problem, ProblemOccurrence, SalesforceRecord
from tests.integrations.pipeline.rows import (
    account,
    account_id,
    changed,
    contact,
    contact_id,
    converted,
    deleted,
    lead,
    merged,
    stamp,
)

SMALL = st.integers(0, 4)
FIELDS = st.fixed_dictionaries(
    {
        "Email": st.sampled_from(["", "a@x.org", "A@X.org", " b@x.org", "b@x.org", "ç@x.org", "Ç@x.org"]),
        "Phone": st.sampled_from(["", "1", "2"]),
        "CreatedDate": SMALL.map(stamp),
    }
)


@st.composite
def people(draw, make, **more):
    """Some leads or contacts."""
    fields = draw(st.lists(FIELDS, max_size=5))
    return [
        make(number, **item, **{name: draw(value) for name, value in more.items()})
        for number, item in enumerate(fields)
    ]


@st.composite
def orgs(draw):
    """All records of an org, each with the name of its object."""
    accounts = [
        account(number, ParentId=draw(st.sampled_from(["", account_id(0)]))) for number in range(draw(SMALL))
    ]
    contacts = draw(people(contact, AccountId=st.one_of(st.just(""), SMALL.map(account_id))))
    leads = draw(people(lead))
    return (
        [("Account", row) for row in accounts]
        + [("Contact", row) for row in contacts]
        + [("Lead", row) for row in leads]
    )


@st.composite
def pages(draw, rows):
    """The rows in any order and cut anywhere, each page of one object."""
    shuffled = draw(st.permutations(rows))
    parts: list[tuple[str, list]] = []
    for sobject, row in shuffled:
        if not parts or parts[-1][0] != sobject or draw(st.booleans()):
            parts.append((sobject, []))
        parts[-1][1].append(row)
    return parts


@st.composite
def later(draw, rows):
    """The same org after some time: changed, deleted, restored, merged and converted records, and new contacts."""
    after = []
    for sobject, before in rows:
        row, number = before, draw(SMALL)
        event = draw(st.sampled_from([None, None, changed, deleted, merged, converted]))
        if event is changed:
            row = changed(row, 1, **(draw(FIELDS) if sobject != "Account" else {"Name": "New"}))
        elif event is deleted:
            row = deleted(row)
        elif (
            event is merged
            and (into := {**row, "Id": row["Id"][:3] + contact_id(number)[3:]})["Id"] != row["Id"]
        ):
            row = merged(row, into=into)
        elif event is converted and sobject == "Lead":
            row = converted(row, to=contact(number))
        after.append((sobject, row))
    return after + [
        ("Contact", contact(10 + number, **item))
        for number, item in enumerate(draw(st.lists(FIELDS, max_size=2)))
    ]


def check():
    """What holds after every page."""
    addresses = (
        Contact.objects.exclude(email=None).annotate(lower=Lower("email")).values_list("lower", flat=True)
    )
    assert [address for address, count in Counter(addresses).items() if count > 1] == []
    for step in ImportPhase.objects.all():
        assert step.read == step.created + step.updated + step.unchanged + step.skipped
        assert step.unchanged >= 0
        assert step.skipped == sum(step.skip_reasons.values())
    linked = SalesforceRecord.objects.filter(link_state=LinkState.LINKED)
    assert set(linked.exclude(sobject="Account").values_list("contact_id", flat=True)) <= set(
        Contact.objects.values_list("pk", flat=True)
    )
    assert set(linked.filter(sobject="Account").values_list("company_id", flat=True)) <= set(
        Company.objects.values_list("pk", flat=True)
    )


def forget_everything():
    with connection.cursor() as cursor:
        for model in (
            PropertyChange,
            ProblemOccurrence,
            Problem,
            SalesforceRecord,
            Contact,
            Company,
            ImportPhase,
        ):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def import_all(take_in, parts):
    """Imports the pages and returns how many records they created and updated together."""
    touched = 0
    for sobject, rows in parts:
        out = take_in(sobject, *rows)
        check()
        touched += out.created + out.updated
    return touched


# Without shrinking, which would import for many minutes; the failing org is small enough to read.
fast = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(st.data())
@fast
def test_a_second_import_of_the_same_org_in_any_order_changes_nothing(take_in, data):
    forget_everything()
    rows = data.draw(orgs())
    import_all(take_in, data.draw(pages(rows)))
    records = SalesforceRecord.objects.count()
    assert records == len(rows)
    assert import_all(take_in, data.draw(pages(rows))) == 0


@given(st.data())
@fast
def test_an_org_that_lives_on_settles_after_a_few_imports(take_in, data):
    forget_everything()
    rows = data.draw(orgs())
    import_all(take_in, data.draw(pages(rows)))
    after = data.draw(later(rows))
    parts = data.draw(pages(after))
    rounds = [import_all(take_in, parts) for _ in range(4)]
    assert rounds[-1] == 0


@pytest.mark.parametrize("order", [1, -1])
def test_whichever_order_every_person_with_an_address_is_here_once(take_in, order):
    rows = [contact(number, Email=f"{number % 3}@x.org") for number in range(9)]
    for row in rows[::order]:
        take_in("Contact", row)
    assert sorted(Contact.objects.values_list("email", flat=True)) == ["0@x.org", "1@x.org", "2@x.org"]
