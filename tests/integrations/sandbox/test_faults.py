"""Limits, ordered faults, and the plain manners of the server."""

import http.client
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from integrations.sandbox import DemoOrg
from integrations.sandbox.messages import Response
from tests.integrations.sandbox.conftest import Api, error
from tests.integrations.sandbox.waiting import until


def test_every_answer_tells_the_calls_used(org: DemoOrg, own: Api) -> None:
    first, second = own.get("/limits"), own.get("/sobjects/Nothing/describe")
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/100000; api-bursts=1/750"
    assert second.headers["Sforce-Limit-Info"].startswith("api-usage=2/")
    assert "Date" in first.headers
    assert first.json()["DailyApiRequests"] == {"Max": 100000, "Remaining": 99999}


def test_over_the_daily_limit_calls_are_refused(org: DemoOrg, own: Api) -> None:
    org.api_limit = 1
    assert own.get("/limits").ok
    assert error(own.get("/limits")) == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    assert org.api_calls == 1


def test_record_counts_come_for_several_objects_at_once(own: Api) -> None:
    answer = own.get("/limits/recordCount", params={"sObjects": "Account,Contact,Nothing"}).json()
    assert {entry["name"] for entry in answer["sObjects"]} == {"Account", "Contact"}
    assert {entry["count"] for entry in answer["sObjects"]} == {
        own.org.count("Account"),
        own.org.count("Contact"),
    }


def test_the_next_matching_requests_get_the_ordered_answer(org: DemoOrg, own: Api) -> None:
    org.fail_next("/query", times=2, headers={"Retry-After": "1"})
    assert own.get("/limits").ok
    for _ in range(2):
        answer = own.query("SELECT COUNT() FROM Contact")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"].startswith("text/html")
    assert own.query("SELECT COUNT() FROM Contact").ok


def test_a_fault_may_let_some_requests_pass_before_it(org: DemoOrg, own: Api) -> None:
    org.fail_next("/limits", after=2)
    assert [own.get("/limits").status_code for _ in range(4)] == [200, 200, 503, 200]


def test_the_true_answer_may_be_changed_on_its_way(org: DemoOrg, own: Api) -> None:
    def other_rows(true_answer: Callable[[], Response]) -> Response:
        response = true_answer()
        response.value["totalSize"] += 1
        return response

    true = own.query("SELECT COUNT() FROM Contact").json()["totalSize"]
    org.answer_next("/query", other_rows)
    assert own.query("SELECT COUNT() FROM Contact").json()["totalSize"] == true + 1


def test_a_request_is_held_until_the_gate_opens_and_then_sees_the_org_as_it_is(
    org: DemoOrg, own: Api
) -> None:
    with ThreadPoolExecutor() as thread:
        with org.hold_next("/limits") as gate:
            held = thread.submit(own.get, "/limits")
            until(lambda: gate.arrived == 1)
            assert not held.done()
            org.expire_tokens()
        assert held.result(timeout=10).status_code == 401


def test_a_bulk_job_may_be_failed_with_a_message(org: DemoOrg, own: Api) -> None:
    org.bulk_delay = 60
    job = own.call("POST", "/jobs/query", json={"operation": "query", "query": "SELECT Id FROM Lead"}).json()
    org.query_jobs.fail(org.query_jobs.find(job["id"]), "InternalServerError: no")
    told = own.get(f"/jobs/query/{job['id']}").json()
    assert (told["state"], told["errorMessage"]) == ("Failed", "InternalServerError: no")


def test_rest_pages_may_be_smaller(org: DemoOrg, own: Api) -> None:
    org.rest_page_size = 3
    page = own.query("SELECT Id FROM Contact").json()
    assert (len(page["records"]), page["done"]) == (3, False)


def test_an_ordered_answer_may_be_json(org: DemoOrg, own: Api) -> None:
    body = [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}]
    org.fail_next("/limits", status=400, body=body)
    assert own.get("/limits").json() == body


def test_a_connection_breaks_off_in_the_middle_of_the_body(org: DemoOrg, own: Api) -> None:
    org.drop_next("/sobjects", after_bytes=1_000)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        own.get("/sobjects/Contact/describe", headers={"Accept-Encoding": "identity"})
    assert own.get("/sobjects/Contact/describe").ok


def test_a_page_of_a_bulk_result_can_be_fetched_again_after_it_broke_off(org: DemoOrg, own: Api) -> None:
    job = own.call(
        "POST", "/jobs/query", json={"operation": "query", "query": "SELECT Id FROM Contact"}
    ).json()
    path = f"/jobs/query/{job['id']}"
    until(lambda: own.get(path).json()["state"] == "JobComplete")
    org.drop_next("/results", after_bytes=100)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        own.get(f"{path}/results")
    assert len(own.get(f"{path}/results").text.splitlines()) == org.count("Contact") + 1


def test_expired_locators_are_gone(org: DemoOrg, own: Api) -> None:
    headers = {"Sforce-Query-Options": "batchSize=200"}
    org.sql("INSERT INTO Campaign (Id, Name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 300) SELECT printf('7015g0%012d', i), 'c' FROM n")  # fmt: skip
    page = own.get("/query", params={"q": "SELECT Id FROM Campaign"}, headers=headers).json()
    org.expire_locators()
    assert error(own.get(page["nextRecordsUrl"]))[:2] == (400, "INVALID_QUERY_LOCATOR")


def test_a_call_without_a_living_token_is_refused(org: DemoOrg) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = requests.get(f"{org.url}/services/data/v60.0/limits", headers=headers, timeout=20)
        assert error(answer)[:2] == (401, "INVALID_SESSION_ID")


def test_an_address_has_an_end(own: Api) -> None:
    assert own.query("SELECT Id FROM Contact WHERE Title = '" + "x" * 16_384 + "'").status_code == 414


def test_requests_are_remembered(org: DemoOrg, own: Api) -> None:
    own.query("SELECT Id FROM Account")
    assert org.requests[-2:] == [
        ("POST", "/services/oauth2/token"),
        ("GET", "/services/data/v60.0/query"),
    ]


def test_a_connection_serves_many_requests_and_chunked_bodies(org: DemoOrg, own: Api) -> None:
    connection = http.client.HTTPConnection(org.url.removeprefix("http://"), timeout=20)
    headers = {"Authorization": str(own.session.headers["Authorization"])}
    for name in ("A", "B"):
        body = iter([b'{"LastName":', json.dumps(name).encode(), b"}"])
        connection.request(
            "POST", "/services/data/v60.0/sobjects/Contact", body, headers, encode_chunked=True
        )
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["success"]) == (201, True)
    connection.close()


def test_json_is_pretty_or_compressed_as_asked(own: Api) -> None:
    assert own.get("/limits", headers={"X-PrettyPrint": "1"}).text.startswith('{\n  "')
    large = own.get("/sobjects/Contact/describe", headers={"Accept-Encoding": "gzip, deflate"})
    assert large.headers["Content-Encoding"] == "gzip"


def test_a_stopped_org_answers_no_more() -> None:
    with DemoOrg(contacts=1, accounts=1, leads=0, campaigns=0) as org:
        folder, client = org.folder, Api(org)
        assert client.get("/limits").ok
    with pytest.raises(requests.ConnectionError):
        client.get("/limits")
    assert not folder.exists()
