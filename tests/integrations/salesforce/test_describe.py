import json
import os
from pathlib import Path
from typing import Any

import pytest

from integrations.salesforce.describe import Describe, fetch_describe, importable_fields, parse_describe
from integrations.salesforce.errors import SalesforceError, SchemaChanged
from integrations.salesforce.session import SalesforceSession
from integrations.salesforce.soql import select

from .stub import Answer, StubOrg

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "salesforce" / "describe"
needs_recording = pytest.mark.skipif(
    not RECORDED.exists() and "CI" not in os.environ, reason="the recorded describes are not here"
)

FIELD: dict[str, Any] = {
    "name": "Name",
    "label": "Name",
    "type": "string",
    "length": 80,
    "precision": 0,
    "scale": 0,
    "calculated": False,
    "custom": False,
    "updateable": True,
    "nillable": True,
    "compoundFieldName": None,
    "picklistValues": [],
    "referenceTo": [],
    "restrictedPicklist": False,
    "deprecatedAndHidden": False,
}
RAW: dict[str, Any] = {
    "name": "Thing__c",
    "label": "Thing",
    "labelPlural": "Things",
    "keyPrefix": "a00",
    "fields": [FIELD],
}


def recorded(sobject: str) -> Describe:
    return parse_describe(json.loads((RECORDED / f"{sobject}.json").read_text()))


def names(describe: Describe) -> list[str]:
    return [field.name for field in importable_fields(describe)]


def thing(*fields: dict[str, Any]) -> Describe:
    return parse_describe({**RAW, "fields": [{**FIELD, **field} for field in fields]})


@needs_recording
@pytest.mark.parametrize(
    ("sobject", "total", "left_out"),
    [
        ("Account", 68, {"BillingAddress", "ShippingAddress"}),
        ("Contact", 59, {"MailingAddress", "OtherAddress"}),
        ("Lead", 54, {"Address"}),
    ],
)
def test_of_a_real_org_all_but_the_compound_addresses_are_imported(
    sobject: str, total: int, left_out: set[str]
) -> None:
    describe = recorded(sobject)
    everything = [field.name for field in describe.fields]
    assert len(everything) == total
    assert names(describe) == [name for name in everything if name not in left_out]
    assert names(describe)[0] == "Id"


@needs_recording
@pytest.mark.parametrize("sobject", ["Account", "Contact", "Lead"])
def test_the_query_for_a_real_org_names_each_field_once(sobject: str) -> None:
    fields = names(recorded(sobject))
    soql = select(fields=fields, sobject=sobject)
    assert soql == f"SELECT {', '.join(fields)} FROM {sobject}"
    assert len(set(fields)) == len(fields)
    assert {"Name", "SystemModstamp", "IsDeleted", "MasterRecordId"} <= set(fields)


@needs_recording
def test_a_real_field_keeps_its_particulars() -> None:
    fields = {field.name: field for field in recorded("Contact").fields}
    assert fields["AccountId"].reference_to == ("Account",)
    assert fields["FirstName"].compound_field_name == "Name"
    assert (fields["LastName"].type, fields["LastName"].length) == ("string", 80)
    assert "Web" in [value.value for value in fields["LeadSource"].picklist_values]
    assert not fields["CreatedDate"].updateable


def test_a_field_that_another_names_as_its_compound_is_left_out_unless_it_is_name() -> None:
    describe = thing(
        {"name": "Name"},
        {"name": "LastName", "compoundFieldName": "Name"},
        {"name": "Place__c", "type": "location"},
        {"name": "Place__Latitude__s", "type": "double", "compoundFieldName": "Place__c"},
        {"name": "Sum__c", "type": "complexvalue"},
        {"name": "Part__c", "compoundFieldName": "Sum__c"},
    )
    assert names(describe) == ["Name", "LastName", "Place__Latitude__s", "Part__c"]


def test_bodies_and_withdrawn_fields_are_left_out_and_id_comes_first() -> None:
    describe = thing(
        {"name": "Name"},
        {"name": "Body", "type": "base64"},
        {"name": "Old__c", "deprecatedAndHidden": True},
        {"name": "Id", "type": "id"},
    )
    assert names(describe) == ["Id", "Name"]


def test_a_describe_comes_with_the_time_of_its_last_change(org: StubOrg, session: SalesforceSession) -> None:
    changed = "Mon, 02 Mar 2026 10:00:00 GMT"
    org.on("GET", "sobjects/Thing__c/describe", Answer(RAW, headers={"Last-Modified": changed}))
    answer = fetch_describe(session, "Thing__c")
    assert answer == (RAW, changed)
    assert parse_describe(*answer).last_modified == changed
    assert "If-Modified-Since" not in org.asked[0].headers


def test_an_unchanged_describe_is_none(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "sobjects/Thing__c/describe", Answer(status=304))
    assert fetch_describe(session, "Thing__c", if_modified_since="Mon, 02 Mar 2026 10:00:00 GMT") is None
    assert org.asked[0].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 10:00:00 GMT"


def test_an_object_that_is_gone_is_a_changed_schema(session: SalesforceSession) -> None:
    with pytest.raises(SchemaChanged) as raised:
        fetch_describe(session, "Gone__c")
    assert "object types" in raised.value.message


def test_other_refusals_stay_what_they_are(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "sobjects/Thing__c/describe", Answer([{"errorCode": "ODD", "message": "x"}], 400))
    with pytest.raises(SalesforceError) as raised:
        fetch_describe(session, "Thing__c")
    assert raised.value.code == "ODD"
