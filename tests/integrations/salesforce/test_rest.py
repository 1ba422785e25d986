import pytest
from simple_salesforce.api import SFType

from integrations.salesforce.errors import NeedsReconnect, SchemaChanged
from integrations.salesforce.rest import client
from integrations.salesforce.session import SalesforceSession

from .stub import Answer, StubOrg, Tokens

EXPIRED = Answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], 401)


def contacts(session: SalesforceSession) -> SFType:
    kind = client(session).Contact
    assert isinstance(kind, SFType)
    return kind


def test_calls_run_on_the_session(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "sobjects/Contact/003", {"Id": "003", "Name": "Ann"})
    record = contacts(session).get("003")
    assert type(record) is dict
    assert record["Name"] == "Ann"
    assert org.asked[0].headers["Authorization"] == "Bearer token-1"
    assert "X-PrettyPrint" not in org.asked[0].headers
    assert session.api_calls == 1


def test_an_expired_token_is_refreshed_by_the_session(
    org: StubOrg, session: SalesforceSession, tokens: Tokens
) -> None:
    org.on("GET", "query/", EXPIRED, {"totalSize": 0, "done": True, "records": []})
    assert client(session).query("SELECT Id FROM Contact")["totalSize"] == 0
    assert tokens.rejected == ["token-1"]


def test_failures_are_errors_of_our_family(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "sobjects/Contact/003", EXPIRED)
    with pytest.raises(NeedsReconnect):
        contacts(session).get("003")
    org.on("GET", "query/", Answer([{"errorCode": "INVALID_TYPE", "message": "x"}], 400))
    with pytest.raises(SchemaChanged):
        client(session).query("SELECT Id FROM Gone__c")


def test_paging_keeps_to_the_instance(org: StubOrg, session: SalesforceSession) -> None:
    following = "/services/data/v66.0/query/01g-1"
    org.on("GET", "query/", {"done": False, "records": [{"Id": "1"}], "nextRecordsUrl": following})
    org.on("GET", following, {"done": True, "records": [{"Id": "2"}]})
    records = client(session).query_all_iter("SELECT Id FROM Contact")
    assert [record["Id"] for record in records] == ["1", "2"]
