"""Several requests or records in one call."""

from typing import Any

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error

ROOT = "/services/data/v60.0"


def composite(api: Api, *requests: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    body = {"allOrNone": all_or_none, "compositeRequest": list(requests)}
    return list(api.call("POST", "/composite", json=body).json()["compositeResponse"])


def make(sobject: str, reference: str, **body: str) -> dict[str, Any]:
    return {"method": "POST", "url": f"{ROOT}/sobjects/{sobject}", "referenceId": reference, "body": body}


FIND = {
    "method": "GET",
    "url": f"{ROOT}/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{{person.id}}'",
    "referenceId": "found",
}


@pytest.mark.parametrize("all_or_none", [False, True])
def test_a_request_refers_to_earlier_answers(own: Api, all_or_none: bool) -> None:
    *_, found = composite(
        own,
        make("Account", "firm", Name='The "Firm"'),
        make("Contact", "person", LastName="P", AccountId="@{firm.id}"),
        FIND,
        all_or_none=all_or_none,
    )
    assert found["body"]["records"][0]["Account"]["Name"] == 'The "Firm"'


def test_all_or_none_leaves_nothing_behind(org: DemoOrg, own: Api) -> None:
    before = org.count("Account")
    first, second = composite(own, make("Account", "a", Name="A"), make("Contact", "b"), all_or_none=True)
    assert first["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert second["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert org.count("Account") == before


def test_without_all_or_none_good_requests_stay(org: DemoOrg, own: Api) -> None:
    before = org.count("Account")
    first, second = composite(own, make("Account", "a", Name="A"), make("Contact", "b"))
    assert (first["httpStatusCode"], second["httpStatusCode"]) == (201, 400)
    assert org.count("Account") == before + 1


def test_a_composite_call_is_one_call(org: DemoOrg, own: Api) -> None:
    before = org.api_calls
    composite(own, *[make("Account", f"a{number}", Name="A") for number in range(5)])
    assert org.api_calls == before + 1


def test_a_batch_answers_each_request(own: Api) -> None:
    requests = [{"method": "GET", "url": "v60.0/limits"}, {"method": "GET", "url": "v60.0/nothing"}]
    body = {"batchRequests": [*requests, requests[0]], "haltOnError": True}
    answer = own.call("POST", "/composite/batch", json=body).json()
    assert answer["hasErrors"] is True
    assert [result["statusCode"] for result in answer["results"]] == [200, 404, 412]


def test_records_go_in_one_by_one_or_together(org: DemoOrg, own: Api) -> None:
    records = [{"attributes": {"type": "Contact"}, "LastName": "A"}, {"attributes": {"type": "Contact"}}]
    good, bad = own.call("POST", "/composite/sobjects", json={"records": records}).json()
    assert (good["success"], bad["errors"][0]["statusCode"]) == (True, "REQUIRED_FIELD_MISSING")
    before = org.count("Contact")
    undone, _ = own.call("POST", "/composite/sobjects", json={"records": records, "allOrNone": True}).json()
    assert undone["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert org.count("Contact") == before


def test_records_are_changed_upserted_read_and_deleted_together(org: DemoOrg, own: Api) -> None:
    kind = {"attributes": {"type": "Contact"}}
    ids = [org.insert("Contact", LastName=name, External_Id__c=name) for name in ("A", "B")]
    changes = [kind | {"Id": ids[0], "Title": "One"}, kind | {"id": ids[1], "Title": "Two"}]
    own.call("PATCH", "/composite/sobjects", json={"records": changes})
    upserts = [
        kind | {"External_Id__c": "B", "Title": "Three"},
        kind | {"External_Id__c": "C", "LastName": "C"},
    ]
    made = own.call("PATCH", "/composite/sobjects/Contact/External_Id__c", json={"records": upserts}).json()
    assert [outcome["created"] for outcome in made] == [False, True]
    body = {"ids": [*ids, "003000000000001AAA"], "fields": ["Title"]}
    first, second, third = own.call("POST", "/composite/sobjects/Contact", json=body).json()
    assert (first["Title"], second["Title"], third) == ("One", "Three", None)
    gone = own.call("DELETE", f"/composite/sobjects?ids={','.join(ids)}").json()
    assert all(outcome["success"] for outcome in gone)


def test_more_than_two_hundred_records_are_refused(own: Api) -> None:
    records = [{"attributes": {"type": "Contact"}, "LastName": "x"}] * 201
    answer = own.call("POST", "/composite/sobjects", json={"records": records})
    assert error(answer)[:2] == (400, "EXCEEDED_MAX_SIZE_REQUEST")
