"""Which Salesforce field types can feed which property types (behaviour.md, section 4)."""

import json
import os
from pathlib import Path

import pytest

from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType as P
from integrations.mapping.compatibility import (
    COMPOUND_TYPES,
    FITTING,
    UNMAPPABLE_TYPES,
    fit,
    fits,
    loses_detail,
    property_types,
)
from integrations.mapping.defaults import DEFAULT_MAPPINGS

DESCRIBES = Path(__file__).resolve().parents[4] / "shared" / "salesforce" / "describe"
recorded = pytest.mark.skipif(
    not DESCRIBES.exists() and "CI" not in os.environ, reason="recorded describes are absent"
)
TEXT = [
    "string",
    "email",
    "phone",
    "url",
    "id",
    "reference",
    "combobox",
    "encryptedstring",
    "time",
    "anyType",
]


@pytest.mark.parametrize("field_type", TEXT)
def test_text_like_fields_feed_text_and_nothing_else(field_type):
    assert property_types(field_type) == (P.TEXT, P.LONG_TEXT)


@pytest.mark.parametrize(
    ("field_type", "fitting"),
    [
        ("textarea", {P.TEXT, P.LONG_TEXT}),
        ("picklist", {P.CHOICE, P.TEXT, P.LONG_TEXT}),
        ("multipicklist", {P.MULTIPLE_CHOICE, P.TEXT, P.LONG_TEXT}),
        ("boolean", {P.YES_NO}),
        *((name, {P.NUMBER}) for name in ("double", "int", "long", "currency", "percent")),
        ("date", {P.DATE, P.DATETIME}),
        ("datetime", {P.DATE, P.DATETIME}),
    ],
)
def test_every_other_type_feeds_its_own_kind(field_type, fitting):
    assert {type for type in P if fits(field_type, type)} == fitting


@pytest.mark.parametrize(
    ("field_type", "best"),
    [
        ("picklist", P.CHOICE),
        ("multipicklist", P.MULTIPLE_CHOICE),
        ("date", P.DATE),
        ("datetime", P.DATETIME),
        ("string", P.TEXT),
        ("textarea", P.LONG_TEXT),
    ],
)
def test_the_best_fitting_type_comes_first(field_type, best):
    assert property_types(field_type)[0] == best


@pytest.mark.parametrize("field_type", ["address", "location", "base64"])
def test_compound_and_binary_fields_cannot_be_mapped(field_type):
    assert field_type in UNMAPPABLE_TYPES
    assert not any(fits(field_type, type) for type in P)


def test_of_compound_fields_the_components_are_offered():
    assert {"address", "location"} == COMPOUND_TYPES


def test_a_type_that_salesforce_invents_later_is_text():
    assert property_types("hologram") == (P.TEXT, P.LONG_TEXT)


@pytest.mark.parametrize(
    ("field_type", "type", "loses"),
    [
        ("datetime", P.DATE, True),
        ("date", P.DATETIME, True),
        ("multipicklist", P.TEXT, True),
        ("datetime", P.DATETIME, False),
        ("picklist", P.TEXT, False),
        ("string", P.TEXT, False),
    ],
)
def test_formats_that_differ_are_told(field_type, type, loses):
    assert loses_detail(field_type, type) is loses


# The whole table of docs/behaviour.md: ● fits, ○ fits with a warning, – does not.
GOLDEN = """
                 text long_text number date datetime yes_no choice multiple_choice
string           ●    ●         –      –    –        –      –      –
textarea         ●    ●         –      –    –        –      –      –
email            ●    ●         –      –    –        –      –      –
phone            ●    ●         –      –    –        –      –      –
url              ●    ●         –      –    –        –      –      –
id               ●    ●         –      –    –        –      –      –
reference        ●    ●         –      –    –        –      –      –
combobox         ●    ●         –      –    –        –      –      –
encryptedstring  ●    ●         –      –    –        –      –      –
time             ●    ●         –      –    –        –      –      –
anyType          ●    ●         –      –    –        –      –      –
picklist         ●    ●         –      –    –        –      ●      –
multipicklist    ○    ○         –      –    –        –      –      ●
boolean          –    –         –      –    –        ●      –      –
double           –    –         ●      –    –        –      –      –
int              –    –         ●      –    –        –      –      –
long             –    –         ●      –    –        –      –      –
currency         –    –         ●      –    –        –      –      –
percent          –    –         ●      –    –        –      –      –
date             –    –         –      ●    ○        –      –      –
datetime         –    –         –      ○    ●        –      –      –
address          –    –         –      –    –        –      –      –
location         –    –         –      –    –        –      –      –
base64           –    –         –      –    –        –      –      –
"""
_HEAD, *_ROWS = [line.split() for line in GOLDEN.strip().splitlines()]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[0])
def test_each_type_of_salesforce_meets_each_type_of_property_as_the_table_says(row):
    field_type, *signs = row
    found = [{"fits": "●", "loses": "○", "not": "–"}[fit(field_type, type)] for type in _HEAD]
    assert found == signs


def test_the_table_has_every_type_of_both_sides():
    assert {row[0] for row in _ROWS} == set(FITTING)
    assert set(_HEAD) == set(P.values)


def _field_types(sobject: str) -> dict[str, str]:
    described = json.loads((DESCRIBES / f"{sobject}.json").read_text(encoding="utf-8"))
    return {field["name"]: field["type"] for field in described["fields"]}


@recorded
@pytest.mark.parametrize("sobject", ["Account", "Contact", "Lead", "Opportunity"])
def test_every_recorded_field_can_be_mapped_unless_it_is_compound_or_binary(sobject):
    left_out = {name for name, kind in _field_types(sobject).items() if not property_types(kind)}
    assert left_out == {
        name for name, kind in _field_types(sobject).items() if kind in ("address", "location", "base64")
    }


@recorded
@pytest.mark.django_db
@pytest.mark.parametrize("sobject", ["Account", "Contact", "Lead"])
def test_each_default_mapping_names_a_recorded_field_that_fits_its_property(sobject):
    types = {(item.kind, item.name): item.type for item in Property.objects.filter(is_standard=True)}
    fields = _field_types(sobject)
    for item in DEFAULT_MAPPINGS:
        if (name := getattr(item, f"{sobject.lower()}_field")) in fields:
            assert fits(fields[name], types[item.kind, item.property]), (name, item.property)
