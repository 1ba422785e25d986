"""behaviour.md, section 4: each rule and row, in a column and in the bag, of contacts and companies, by real pages."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.models import Property, PropertyChange
from integrations.models import SyncRule
from integrations.pipeline import held
from integrations.services.mappings import mapped_fields
from tests.integrations.pipeline.rows import account, changed, contact

PREFER, ALWAYS, TWO_WAY, NONE = SyncRule.values
LONG_AGO, SOON = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """Salesforce before and now, here, when here was changed; what each rule leaves here, who would send it."""

    base: str | None
    sf: str | None
    here: str | None
    changed_here: datetime
    left: dict[str, str | None]
    sent: tuple[str, ...] = ()


def every(value: str | None, **others: str | None) -> dict[str, str | None]:
    """The value under every rule but those named; Don't sync keeps what is here if not named."""
    return {PREFER: value, ALWAYS: value, TWO_WAY: value} | {
        {"two_way": TWO_WAY, "none": NONE}[name]: other for name, other in others.items()
    }


TABLE = {
    "1 set there, blank here": Row(None, "a", None, LONG_AGO, every("a", none=None)),
    "2 only Salesforce changed": Row("a", "b", "a", LONG_AGO, every("b", none="a")),
    "3 only here changed": Row("a", "a", "h", SOON, every("a", two_way="h", none="h"), (TWO_WAY,)),
    "4 both changed, here later": Row("a", "b", "h", SOON, every("b", two_way="h", none="h"), (TWO_WAY,)),
    "4 both changed, Salesforce later": Row("a", "b", "h", LONG_AGO, every("b", none="h")),
    "5 never set there, set here": Row(None, None, "h", SOON, every("h", none="h"), (PREFER, TWO_WAY)),
    "6 cleared there": Row("a", None, "a", LONG_AGO, every(None, none="a")),
    "6 cleared there, changed here later": Row(
        "a", None, "h", SOON, every(None, two_way="h", none="h"), (TWO_WAY,)
    ),
    "7 cleared here": Row("a", "a", None, SOON, every("a", two_way=None, none=None), (TWO_WAY,)),
    "8 both blank": Row(None, None, None, LONG_AGO, every(None, none=None)),
}
KINDS = {"contact": ("Contact", Contact, contact, "fax"), "company": ("Account", Company, account, "site")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["column", "custom property"])
@pytest.mark.parametrize("rule", SyncRule.values)
@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_row(take_in, connection, kind, place, rule, row):
    sobject, model, record, column = KINDS[kind]
    name = column if place == "column" else "custom"
    target = (
        Property.objects.get(kind=kind, name=column)
        if place == "column"
        else Property.objects.create(kind=kind, name=name, label="Custom", type="text")
    )
    field = {f"{sobject.lower()}_field": "F__c"}
    connection.mappings.filter(property=target).delete()
    connection.mappings.create(property=target, rule=rule, **field)
    first = record(1, F__c=row.base or "")
    take_in(sobject, first)
    write(model, name, place, row.here)
    PropertyChange.objects.update(at=row.changed_here)

    take_in(sobject, changed(first, F__c=row.sf or ""))

    found = model.objects.get()
    now = getattr(found, name) if place == "column" else found.properties.get(name)
    assert now == row.left[rule]
    mapped = [item for item in mapped_fields(connection=connection, sobject=sobject) if item.property == name]
    [value] = held.of_record(connection_id=connection.pk, sobject=sobject, record_id=found.pk, mapped=mapped)
    assert value.would_write is (rule in row.sent)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["column", "custom property"])
@pytest.mark.parametrize("rule", SyncRule.values)
def test_a_new_record_starts_with_what_salesforce_has(take_in, connection, kind, place, rule):
    sobject, model, record, column = KINDS[kind]
    name = column if place == "column" else "custom"
    target = (
        Property.objects.get(kind=kind, name=column)
        if place == "column"
        else Property.objects.create(kind=kind, name=name, label="Custom", type="text")
    )
    connection.mappings.filter(property=target).delete()
    connection.mappings.create(property=target, rule=rule, **{f"{sobject.lower()}_field": "F__c"})

    take_in(sobject, record(1, F__c="a"))

    found = model.objects.get()
    now = getattr(found, name) if place == "column" else found.properties.get(name)
    assert now == (None if rule == NONE else "a")


def write(model, name: str, place: str, value: str | None) -> None:
    """Sets what is here, outside any import."""
    if place == "column":
        model.objects.update(**{name: value})
    else:
        model.objects.update(properties={} if value is None else {name: value})
