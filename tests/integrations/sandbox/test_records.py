"""One record at a time: read, created, changed, deleted, refused."""

from typing import Any

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error


def test_a_record_is_created_read_changed_and_deleted(org: DemoOrg, own: Api) -> None:
    created = own.call("POST", "/sobjects/Contact", json={"LastName": "New", "Newsletter__c": True})
    record_id = created.json()["id"]
    assert (created.status_code, created.json()) == (201, {"id": record_id, "success": True, "errors": []})
    path = f"/sobjects/Contact/{record_id}"
    assert own.call("PATCH", path, json={"firstname": "Very", "Title": None}).status_code == 204
    record = own.get(path[:-3]).json()
    assert (record["Name"], record["Newsletter__c"], record["OwnerId"]) == ("Very New", True, org.user_id)
    narrow = own.get(path, params={"fields": "Name,Owner.Name"}).json()
    assert (set(narrow), narrow["Owner"]["Name"]) == ({"attributes", "Name", "Owner"}, "Demo Administrator")
    assert own.call("DELETE", path).status_code == 204
    assert error(own.get(path))[:2] == (404, "ENTITY_IS_DELETED")
    assert org.sql("SELECT IsDeleted FROM Contact WHERE Id = ?", record_id) == [(1,)]


def test_post_stands_in_for_patch(org: DemoOrg, own: Api) -> None:
    record_id = org.insert("Contact", LastName="Old")
    answer = own.call("POST", f"/sobjects/Contact/{record_id}?_HttpMethod=PATCH", json={"LastName": "New"})
    assert answer.status_code == 204
    assert org.sql("SELECT LastName FROM Contact WHERE Id = ?", record_id) == [("New",)]


def test_a_change_moves_the_stamps(org: DemoOrg, own: Api) -> None:
    record_id = org.insert("Contact", LastName="Old", SystemModstamp="2020-01-01T00:00:00.000Z")
    own.call("PATCH", f"/sobjects/Contact/{record_id}", json={"LastName": "New"})
    assert own.count("SELECT COUNT() FROM Contact WHERE LastName = 'New' AND SystemModstamp = TODAY") == 1


def test_an_external_id_finds_creates_and_updates(own: Api) -> None:
    path = "/sobjects/Contact/External_Id__c/A%2F1"
    assert own.call("PATCH", path, json={"LastName": "One"}).status_code == 201
    again = own.call("PATCH", path, json={"LastName": "Two"})
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert own.get(path).json()["LastName"] == "Two"
    assert own.call("DELETE", path).status_code == 204
    assert own.get(path).status_code == 404


def test_users_are_found_by_their_name(org: DemoOrg, own: Api) -> None:
    assert own.get(f"/sobjects/User/Username/{org.username}").json()["Id"] == org.user_id


def test_an_ambiguous_key_answers_with_the_choices(org: DemoOrg, own: Api) -> None:
    for name in ("A", "B"):
        org.insert("Contact", LastName=name, Email="same@x.example")
    answer = own.call("PATCH", "/sobjects/Contact/Email/Same@x.example", json={"LastName": "C"})
    assert (answer.status_code, len(answer.json())) == (300, 2)


@pytest.mark.parametrize(
    ("values", "code", "fields"),
    [
        ({"FirstName": "x"}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        ({"LastName": "x" * 81}, "STRING_TOO_LONG", ["LastName"]),
        ({"LastName": "x", "Email": "no at sign"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"LastName": "x", "Nope": 1}, "INVALID_FIELD", None),
        ({"LastName": "x", "CreatedDate": "2020-01-01"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
        ({"LastName": "x", "Loyalty_Points__c": "many"}, "JSON_PARSER_ERROR", ["Loyalty_Points__c"]),
        ({"LastName": ["x"]}, "JSON_PARSER_ERROR", ["LastName"]),
        ({"LastName": "x", "Birthdate": "01.02.2003"}, "JSON_PARSER_ERROR", ["Birthdate"]),
        (
            {"LastName": "x", "Preferred_Language__c": "Klingon"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            ["Preferred_Language__c"],
        ),
        ({"LastName": "x", "AccountId": "nothing"}, "MALFORMED_ID", ["AccountId"]),
        ({"LastName": "x", "AccountId": "003000000000001AAA"}, "FIELD_INTEGRITY_EXCEPTION", ["AccountId"]),
        ({"LastName": "x", "AccountId": "001000000000001AAA"}, "INVALID_CROSS_REFERENCE_KEY", ["AccountId"]),
        ({"LastName": "x", "External_Id__c": "c-0000001"}, "DUPLICATE_VALUE", ["External_Id__c"]),
    ],
)
def test_a_bad_record_is_refused(
    own: Api, values: dict[str, Any], code: str, fields: list[str] | None
) -> None:
    answer = own.call("POST", "/sobjects/Contact", json=values)
    assert error(answer)[:2] == (400, code)
    assert answer.json()[0].get("fields") == fields


def test_a_converted_lead_cannot_be_changed(org: DemoOrg, own: Api) -> None:
    (lead,) = org.sql("SELECT Id FROM Lead WHERE IsConverted = 1 AND IsDeleted = 0 LIMIT 1")
    answer = own.call("PATCH", f"/sobjects/Lead/{lead[0]}", json={"LastName": "x"})
    assert error(answer)[:2] == (400, "CANNOT_UPDATE_CONVERTED_LEAD")


def test_a_person_joins_a_campaign_once(org: DemoOrg, own: Api) -> None:
    contact, campaign = org.insert("Contact", LastName="Member"), org.insert("Campaign", Name="Fair")
    member = {"CampaignId": campaign, "ContactId": contact, "Status": "Responded"}
    made = own.call("POST", "/sobjects/CampaignMember", json=member).json()["id"]
    record = own.get(f"/sobjects/CampaignMember/{made}").json()
    assert (record["HasResponded"], record["LeadOrContactId"], record["Type"]) == (True, contact, "Contact")
    assert error(own.call("POST", "/sobjects/CampaignMember", json=member))[1] == "DUPLICATE_VALUE"
    moved = own.call("PATCH", f"/sobjects/CampaignMember/{made}", json={"ContactId": contact})
    assert error(moved)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_body_that_is_no_json_object_is_refused(own: Api) -> None:
    assert error(own.call("POST", "/sobjects/Contact", data="{"))[:2] == (400, "JSON_PARSER_ERROR")
    assert error(own.call("POST", "/sobjects/Contact", json=[]))[:2] == (400, "JSON_PARSER_ERROR")


def test_changed_and_deleted_ids_are_told_by_their_span(org: DemoOrg, own: Api) -> None:
    org.sql("UPDATE Contact SET SystemModstamp = '2020-01-01T00:00:00.000Z'")
    changed, gone = org.insert("Contact", LastName="A"), org.insert("Contact", LastName="B")
    org.delete("Contact", gone)
    stamp = org.sql("SELECT SystemModstamp FROM Contact WHERE Id = ?", changed)[0][0]
    span = {"start": stamp, "end": stamp.replace(".000Z", ".000+0000").replace(stamp[:4], "2999")}
    assert own.get("/sobjects/Contact/updated", params=span).json()["ids"] == [changed]
    (record,) = own.get("/sobjects/Contact/deleted", params=span).json()["deletedRecords"]
    assert record["id"] == gone
    backwards = {"start": span["end"], "end": span["start"]}
    assert error(own.get("/sobjects/Contact/updated", params=backwards))[1] == "INVALID_REPLICATION_DATE"
    old = {"start": "2020-01-01T00:00:00Z", "end": span["end"]}
    assert error(own.get("/sobjects/Contact/deleted", params=old))[1] == "INVALID_REPLICATION_DATE"
