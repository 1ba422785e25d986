"""What the org says about its objects and fields."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error

RECORDED = Path(__file__).parents[4] / "shared" / "salesforce" / "describe"
needs_recorded = pytest.mark.skipif(
    not RECORDED.is_dir() and "CI" not in os.environ, reason="recorded describes of a real org are not here"
)


def fields(api: Api, name: str) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in api.get(f"/sobjects/{name}/describe").json()["fields"]}


@needs_recorded
@pytest.mark.parametrize("name", ["Account", "Contact", "Lead"])
def test_standard_fields_are_described_as_a_real_org_does(api: Api, name: str) -> None:
    recorded = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    ours = fields(api, name)
    for field in recorded["fields"]:
        if not field["name"].endswith("__c"):
            assert ours[field["name"]] == field


@needs_recorded
def test_objects_are_described_with_the_keys_of_a_real_org(api: Api) -> None:
    recorded = json.loads((RECORDED / "Contact.json").read_text(encoding="utf-8"))
    assert recorded.keys() <= api.get("/sobjects/Contact/describe").json().keys() | {"associateEntityType"}
    listed = json.loads((RECORDED / "Global.json").read_text(encoding="utf-8"))
    ours = api.get("/sobjects").json()
    assert ours.keys() == listed.keys()
    assert ours["sobjects"][0].keys() == listed["sobjects"][0].keys()


def test_custom_fields_of_many_types_are_there(api: Api) -> None:
    custom = {name: field["type"] for name, field in fields(api, "Contact").items() if field["custom"]}
    assert custom["Interests__c"] == "multipicklist"
    assert len(set(custom.values())) >= 5


def test_an_unchanged_describe_is_not_sent_again(org: DemoOrg, own: Api) -> None:
    path = "/sobjects/Contact/describe"
    stamp = own.get(path).headers["Last-Modified"]
    again = own.get(path, headers={"If-Modified-Since": stamp})
    assert (again.status_code, again.content) == (304, b"")
    before = own.get(path, headers={"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"})
    assert before.status_code == 200
    org.hide_field("Contact", "Title")
    assert own.get(path, headers={"If-Modified-Since": stamp}).status_code == 200


def test_a_hidden_field_is_gone_everywhere_until_it_is_shown(org: DemoOrg, own: Api) -> None:
    org.hide_field("Contact", "Title")
    assert "Title" not in fields(own, "Contact")
    assert own.refusal("SELECT Title FROM Contact")[:2] == (400, "INVALID_FIELD")
    org.show_field("Contact", "Title")
    assert own.query("SELECT Title FROM Contact").ok


def test_children_name_the_field_that_refers(api: Api) -> None:
    children = api.get("/sobjects/Account/describe").json()["childRelationships"]
    assert ("Contact", "AccountId", "Contacts") in {
        (child["childSObject"], child["field"], child["relationshipName"]) for child in children
    }


def test_versions_are_listed_for_everybody_and_cost_nothing(org: DemoOrg, own: Api) -> None:
    before = org.api_calls
    own.session.headers.pop("Authorization")
    answer = own.get("/services/data/")
    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in answer.json()
    assert "Sforce-Limit-Info" not in answer.headers
    assert org.api_calls == before


def test_an_unknown_object_path_or_version_is_not_found(api: Api) -> None:
    assert error(api.get("/sobjects/Nothing/describe"))[:2] == (404, "NOT_FOUND")
    assert error(api.get("/nothing"))[:2] == (404, "NOT_FOUND")
    assert error(api.get("/services/data/v30.0/limits"))[:2] == (404, "NOT_FOUND")
    assert error(api.call("DELETE", "/limits"))[:2] == (405, "METHOD_NOT_ALLOWED")
