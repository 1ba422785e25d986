import socket
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from integrations.salesforce import retries
from integrations.salesforce.errors import (
    ConfigProblem,
    LimitReached,
    NeedsReconnect,
    ResponseBroken,
    SalesforceError,
    TemporaryProblem,
)
from integrations.salesforce.session import SalesforceSession, newest_version
from integrations.salesforce.usage import ApiUsage, server_time

from .stub import Answer, StubOrg, Tokens

EXPIRED = Answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], 401)
DAILY = Answer([{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}], 403)
CONCURRENT = Answer(
    [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentRequests Limit exceeded."}], 403
)
DOWN = Answer("<html><h1>Service Unavailable</h1></html>", 503)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, noted instead of waited."""
    noted: list[float] = []
    monkeypatch.setattr(retries, "time", SimpleNamespace(sleep=noted.append))
    return noted


def test_a_path_is_relative_to_the_version_or_to_the_instance(
    org: StubOrg, session: SalesforceSession
) -> None:
    org.on("GET", "/services/data/v66.0/limits", {"a": 1})
    org.on("GET", "/id/1/2", {"b": 2})
    assert session.get_json("limits") == {"a": 1}
    assert session.get_json("/id/1/2", format="json") == {"b": 2}
    assert org.asked[1].query == {"format": "json"}


def test_every_request_is_signed_and_asks_for_gzip_alone(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", {})
    session.get_json("limits")
    assert org.asked[0].headers["Authorization"] == "Bearer token-1"
    assert org.asked[0].headers["Accept-Encoding"] == "gzip"


def test_every_request_has_a_time_limit(session: SalesforceSession, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[Any] = []

    def send(self: Any, request: Any, **options: Any) -> None:
        limits.append(options["timeout"])
        raise TemporaryProblem

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", send)
    for call in (lambda: session.get_json("limits"), lambda: session.get("limits")):
        with pytest.raises(TemporaryProblem):
            call()
    assert set(limits) == {(2, 2)}


def test_a_refused_token_is_replaced_once_and_the_request_repeated_in_full(
    org: StubOrg, session: SalesforceSession, tokens: Tokens
) -> None:
    org.on("POST", "composite", EXPIRED, {"ok": True})
    answer = session.request("POST", "composite", json={"x": 1}, headers={"Sforce-Call-Options": "client=a"})
    assert answer.json() == {"ok": True}
    assert tokens.rejected == ["token-1"]
    first, second = org.asked
    assert second.headers["Authorization"] == "Bearer token-2"
    assert second.headers["Sforce-Call-Options"] == first.headers["Sforce-Call-Options"] == "client=a"
    assert second.json == {"x": 1}


def test_a_second_refusal_asks_for_a_reconnect(
    org: StubOrg, session: SalesforceSession, tokens: Tokens
) -> None:
    org.on("GET", "limits", EXPIRED)
    with pytest.raises(NeedsReconnect):
        session.get_json("limits")
    assert len(tokens.rejected) == 1
    assert len(org.asked) == 2


@pytest.mark.parametrize(
    "trouble", [DOWN, Answer("", 429), Answer("", 420), Answer("", 406), Answer("", 500)]
)
def test_passing_trouble_is_tried_again(org: StubOrg, session: SalesforceSession, trouble: Answer) -> None:
    org.on("GET", "limits", trouble, trouble, {"ok": True})
    assert session.get_json("limits") == {"ok": True}
    assert len(org.asked) == 3


def test_trouble_that_stays_is_raised_after_all_tries(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", DOWN)
    with pytest.raises(TemporaryProblem) as raised:
        session.get_json("limits")
    assert len(org.asked) == 1 + session.retries
    assert raised.value.raw == "Service Unavailable"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_may_not_be_done_twice_is_sent_once(
    org: StubOrg, session: SalesforceSession, method: str
) -> None:
    org.on(method, "composite", DOWN, {})
    with pytest.raises(TemporaryProblem):
        session.request(method, "composite", json={})
    assert len(org.asked) == 1


def test_a_post_marked_safe_is_tried_again(org: StubOrg, session: SalesforceSession) -> None:
    org.on("POST", "jobs/query", DOWN, {"id": "750"})
    assert session.post_json("jobs/query", {}, retry=True) == {"id": "750"}


@pytest.mark.parametrize(
    "broken",
    [Answer({"key": "x" * 100}, cut_at=20), Answer("<html>"), Answer('{"key": '), Answer("a" * 50, cut_at=0)],
)
def test_a_broken_body_is_fetched_again(org: StubOrg, session: SalesforceSession, broken: Answer) -> None:
    org.on("GET", "limits", broken, {"ok": True})
    assert session.get_json("limits") == {"ok": True}


def test_a_body_that_stays_broken_is_told(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", Answer("<html>"))
    with pytest.raises(ResponseBroken):
        session.get_json("limits")


def test_a_body_that_is_not_the_promised_gzip_is_broken(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", Answer("plain", headers={"Content-Encoding": "gzip"}), {"ok": True})
    assert session.get_json("limits") == {"ok": True}


def test_an_unreachable_host_is_a_temporary_problem_that_does_not_tell_the_query() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    session = SalesforceSession(tokens=Tokens(f"http://127.0.0.1:{port}"), allow_loopback=True, retries=0)
    with pytest.raises(TemporaryProblem) as raised:
        session.get_json("query", q="SELECT Id FROM Contact WHERE Email = 'ann@acme.example'")
    error = raised.value
    assert error.code == "CONNECTION_FAILED"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_silent_server_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_tokens = Tokens(f"http://127.0.0.1:{silent.getsockname()[1]}")
        impatient = SalesforceSession(tokens=silent_tokens, allow_loopback=True, retries=0, timeout=(1, 0.05))
        with pytest.raises(TemporaryProblem) as raised:
            impatient.get_json("limits")
    assert raised.value.code == "TIMEOUT"


def test_the_daily_limit_is_not_tried_again(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", DAILY)
    with pytest.raises(LimitReached) as raised:
        session.get_json("limits")
    assert raised.value.daily
    assert len(org.asked) == 1


def test_too_many_long_requests_are_waited_out_longer_than_other_trouble(
    org: StubOrg, session: SalesforceSession, pauses: list[float]
) -> None:
    session.backoff = 0.5
    org.on("GET", "limits", CONCURRENT, DOWN, {"ok": True})
    assert session.get_json("limits") == {"ok": True}
    assert 2 <= pauses[0] <= 4
    assert 0.5 <= pauses[1] <= 1


def test_pauses_double_and_respect_what_salesforce_asks_for(
    org: StubOrg, session: SalesforceSession, pauses: list[float]
) -> None:
    session.backoff = 0.5
    asks_for_pause = Answer("", 503, {"Retry-After": "7"})
    never_mind = Answer("", 503, {"Retry-After": "86400"})
    org.on("GET", "limits", DOWN, DOWN, asks_for_pause, never_mind, {})
    session.get_json("limits")
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1
    assert pauses[2:] == [7, 60]


def test_the_token_goes_to_no_other_host(org: StubOrg, session: SalesforceSession) -> None:
    with StubOrg() as other:
        other.on("GET", "limits", {})
        with pytest.raises(ConfigProblem) as raised:
            session.get_json(f"{other.url}/services/data/v66.0/limits")
        assert other.asked == []
    assert raised.value.code == "FOREIGN_HOST"
    with pytest.raises(ConfigProblem):
        session.get("https://evil.example/")


def test_a_redirect_is_not_followed(org: StubOrg, session: SalesforceSession) -> None:
    with StubOrg() as other:
        other.on("GET", "/elsewhere", {})
        org.on("GET", "limits", Answer("", 302, {"Location": f"{other.url}/elsewhere"}))
        with pytest.raises(NeedsReconnect) as raised:
            session.get_json("limits")
        assert other.asked == []
    assert "another address" in raised.value.message


def test_an_instance_that_is_not_salesforces_gets_nothing() -> None:
    session = SalesforceSession(tokens=Tokens("https://salesforce.com.evil.example"))
    with pytest.raises(ConfigProblem):
        session.get_json("limits")


def test_only_what_salesforce_counts_is_counted(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "/services/data/", [{"version": "66.0"}])
    org.on("GET", "/id/1/2", {})
    org.on("GET", "limits", DOWN, {})
    session.get_json("/services/data/")
    session.get_json("/id/1/2")
    assert session.api_calls == 0
    session.get_json("limits")
    assert session.api_calls == 2


def test_calls_are_taken_once(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", {})
    session.get_json("limits")
    assert session.take_api_calls() == 1
    assert session.take_api_calls() == session.api_calls == 0


@pytest.mark.parametrize("header", ["api-usage=18/100000", "api-usage=18/100000; api-bursts=1/750"])
def test_usage_is_read_whatever_follows_it(org: StubOrg, session: SalesforceSession, header: str) -> None:
    org.on("GET", "limits", Answer({}, headers={"Sforce-Limit-Info": header}), {})
    assert session.usage is None
    session.get_json("limits")
    assert session.usage == ApiUsage(used=18, limit=100_000)
    session.get_json("limits")
    assert session.usage == ApiUsage(used=18, limit=100_000)


def test_the_clock_of_the_server_is_known(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", {})
    assert session.server_time is None
    session.get_json("limits")
    assert session.server_time is not None
    assert abs(datetime.now(UTC) - session.server_time).total_seconds() < 5


def test_an_empty_answer_is_none(org: StubOrg, session: SalesforceSession) -> None:
    org.on("PATCH", "sobjects/Contact/003", Answer("", 204))
    assert session.patch_json("sobjects/Contact/003", {"Title": "CEO"}) is None


@pytest.mark.parametrize(
    ("wanted", "offered", "version"),
    [
        ("v66.0", ["58.0", "66.0", "67.0"], "v66.0"),
        ("v66.0", ["58.0", "64.0"], "v64.0"),
        ("v66.0", ["9.0", "64.0"], "v64.0"),
        ("v100.0", ["66.0", "99.0"], "v99.0"),
    ],
)
def test_the_version_is_the_newest_that_both_sides_know(
    org: StubOrg, session: SalesforceSession, wanted: str, offered: list[str], version: str
) -> None:
    org.on("GET", "/services/data/", [{"version": number} for number in offered])
    assert newest_version(session, wanted) == version


def test_other_errors_come_as_salesforce_tells_them(org: StubOrg, session: SalesforceSession) -> None:
    org.on(
        "GET", "query", Answer([{"errorCode": "MALFORMED_QUERY", "message": "unexpected token: FORM"}], 400)
    )
    with pytest.raises(SalesforceError) as raised:
        session.get_json("query", q="SELECT Id FORM Contact")
    assert raised.value.code == "MALFORMED_QUERY"
    assert raised.value.raw == "unexpected token: FORM"


def test_a_proxy_that_is_set_up_wrongly_is_no_passing_trouble(session: SalesforceSession) -> None:
    session.proxies = {"http": "http:///nowhere"}
    session.trust_env = False
    with pytest.raises(ConfigProblem) as raised:
        session.get_json("limits")
    assert raised.value.code == "InvalidProxyURL"


def test_an_org_that_offers_no_version_is_not_salesforce(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "/services/data/", [])
    with pytest.raises(ResponseBroken):
        newest_version(session, "v66.0")


def test_an_error_whose_body_breaks_off_is_judged_by_its_status(
    org: StubOrg, session: SalesforceSession
) -> None:
    org.on("GET", "jobs/query/750/results", Answer("<html>" * 20, 503, cut_at=10))
    with pytest.raises(TemporaryProblem) as raised:
        session.download("jobs/query/750/results", read=lambda response: response.content)
    assert (raised.value.code, raised.value.raw) == ("HTTP_503", "")


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_a_clock_that_cannot_be_read_is_unknown(headers: dict[str, str]) -> None:
    assert server_time(headers) is None
