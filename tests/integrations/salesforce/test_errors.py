import json
import pickle
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from requests import Response

from integrations.salesforce import errors
from integrations.salesforce.errors import SalesforceError, error_from_response
from integrations.salesforce.sentences import SENTENCES, Sentence


def response(status: int, body: Any = "", headers: dict[str, str] | None = None) -> Response:
    answer = Response()
    answer.status_code = status
    answer._content = (body if isinstance(body, str) else json.dumps(body)).encode()
    answer.headers.update(headers or {})
    return answer


def rest(code: str, message: str = "") -> list[dict[str, str]]:
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "body", "kind", "category", "permanent"),
    [
        (401, rest("INVALID_SESSION_ID"), errors.NeedsReconnect, "connection", True),
        (401, "", errors.NeedsReconnect, "connection", True),
        (403, "Bad_OAuth_Token", errors.NeedsReconnect, "connection", True),
        (302, "", errors.NeedsReconnect, "connection", True),
        (403, rest("API_DISABLED_FOR_ORG"), errors.ConfigProblem, "connection", True),
        (400, rest("FeatureNotEnabled"), errors.ConfigProblem, "connection", True),
        (403, rest("TXN_SECURITY_METERING_ERROR"), errors.ConfigProblem, "connection", True),
        (
            400,
            rest("INVALID_TYPE", "sObject type 'X' is not supported."),
            errors.SchemaChanged,
            "schema",
            True,
        ),
        (400, rest("INVALID_QUERY_LOCATOR"), errors.JobLost, "connection", False),
        (400, rest("QUERY_TIMEOUT"), errors.QueryTimedOut, "refused", False),
        (400, rest("MALFORMED_QUERY"), SalesforceError, "refused", True),
        (
            503,
            "<html><body><h1>Down for maintenance</h1></body></html>",
            errors.TemporaryProblem,
            "connection",
            False,
        ),
        (502, "", errors.TemporaryProblem, "connection", False),
        (429, "", errors.TemporaryProblem, "connection", False),
        (420, "", errors.TemporaryProblem, "connection", False),
        (406, "", errors.TemporaryProblem, "connection", False),
        (500, rest("UNKNOWN_EXCEPTION"), errors.TemporaryProblem, "connection", False),
        (400, [], SalesforceError, "refused", True),
        (414, "", SalesforceError, "refused", True),
        (
            400,
            {"exceptionCode": "InvalidJob", "exceptionMessage": "Unable to find object: X"},
            SalesforceError,
            "refused",
            True,
        ),
    ],
)
def test_every_answer_becomes_one_of_the_family(
    status: int, body: Any, kind: type[SalesforceError], category: str, permanent: bool
) -> None:
    error = error_from_response(response(status, body))
    assert type(error) is kind
    assert (error.category, error.permanent) == (category, permanent)
    assert error.message
    assert error.remedy


@pytest.mark.parametrize(
    ("message", "daily"),
    [
        ("TotalRequests Limit exceeded.", True),
        ("ConcurrentRequests (Concurrent API Requests) Limit exceeded.", False),
    ],
)
def test_the_daily_limit_is_told_from_the_concurrent_one_by_its_message(message: str, daily: bool) -> None:
    error = error_from_response(response(403, rest("REQUEST_LIMIT_EXCEEDED", message)))
    assert isinstance(error, errors.LimitReached)
    assert error.daily is daily
    assert ("24 hours" in error.message) is daily


@pytest.mark.parametrize(
    "message",
    [
        "Selecting compound data not supported in Bulk Query",
        "Entity 'CaseStatus' is not supported by the Bulk API.",
        "Max bulk v2 query jobs (10000) per 24 hrs has been reached",
        "Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded",
    ],
)
def test_what_the_bulk_api_cannot_do_is_recognised_by_its_words(message: str) -> None:
    assert isinstance(error_from_response(response(400, rest("API_ERROR", message))), errors.BulkNotSupported)


def test_a_missing_field_is_named() -> None:
    message = (
        "\nSELECT Id, Gone__c FROM Contact\n ^\nNo such column 'Gone__c' on entity 'Contact'. If you are …"
    )
    error = error_from_response(response(400, rest("INVALID_FIELD", message)))
    assert isinstance(error, errors.SchemaChanged)
    assert (error.field, error.sobject) == ("Gone__c", "Contact")
    assert "Gone__c of Contact" in error.message


def test_a_missing_field_in_unknown_words_is_still_explained() -> None:
    error = error_from_response(response(400, rest("INVALID_FIELD", "Something new")))
    assert isinstance(error, errors.SchemaChanged)
    assert error.field == ""
    assert "changed in Salesforce" in error.message


@pytest.mark.parametrize(
    ("code", "description", "kind", "remedy"),
    [
        ("invalid_grant", "expired access/refresh token", errors.NeedsReconnect, "Reconnect"),
        ("invalid_grant", "expired authorization code", errors.NeedsReconnect, "Connect again"),
        ("invalid_grant", "authentication failure", errors.NeedsReconnect, "login history"),
        ("invalid_grant", "inactive user", errors.NeedsReconnect, "activated"),
        ("access_denied", "end-user denied authorization", errors.NeedsReconnect, "Allow"),
        ("invalid_grant", "user hasn't approved this consumer", errors.ConfigProblem, "Approve"),
        (
            "invalid_app_access",
            "user is not admin approved to access this app",
            errors.ConfigProblem,
            "Approve",
        ),
        ("invalid_grant", "ip restricted", errors.ConfigProblem, "IP restrictions"),
        ("invalid_grant", "audience is invalid", errors.ConfigProblem, "test.salesforce.com"),
        ("invalid_grant", "invalid assertion", errors.ConfigProblem, "clock"),
        ("invalid_grant", "no client credentials user enabled", errors.ConfigProblem, "run-as user"),
        ("invalid_grant", "request not supported on this domain", errors.ConfigProblem, "My Domain"),
        ("invalid_client", "invalid client credentials", errors.ConfigProblem, "consumer key"),
        ("invalid_client_id", "client identifier invalid", errors.ConfigProblem, "consumer key"),
        ("redirect_uri_mismatch", "redirect_uri must match", errors.ConfigProblem, "callback"),
        ("unsupported_grant_type", "grant type not supported", errors.ConfigProblem, "Enable the flow"),
        ("OAUTH_EC_APP_NOT_FOUND", "External client app not found", errors.ConfigProblem, "install"),
    ],
)
def test_every_refused_sign_in_says_what_to_do(
    code: str, description: str, kind: type[SalesforceError], remedy: str
) -> None:
    error = error_from_response(response(400, {"error": code, "error_description": description}))
    assert type(error) is kind
    assert error.code == code
    assert remedy in error.remedy


def test_a_pause_that_salesforce_asks_for_is_kept() -> None:
    assert error_from_response(response(503, headers={"Retry-After": "7"})).retry_after == 7
    assert error_from_response(response(503, headers={"Retry-After": "Wed, 21 Oct"})).retry_after is None


def test_neither_text_nor_raw_message_holds_secrets() -> None:
    token = "00D5f000000JTGyEAO!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL_QJWwYMfAbUeeG7c1E6"
    message = f"Bad session {token} at /token?client_secret=s3cr3t&refresh_token=r3fr3sh"
    message += " Bearer b34r3r eyJh.eyJi.c2ln"
    error = error_from_response(response(400, rest("X_Y", message)))
    for secret in (token, "s3cr3t", "r3fr3sh", "b34r3r", "eyJh"):
        assert secret not in error.raw + str(error) + repr(error)
    assert "Bad session [removed]" in error.raw


def test_the_text_never_repeats_the_query() -> None:
    error = error_from_response(
        response(400, rest("MALFORMED_QUERY", "WHERE Email = 'ann@acme.example' unexpected"))
    )
    assert "ann@acme" not in str(error) + repr(error)
    assert "ann@acme" in error.raw


def test_the_raw_message_ends_at_a_thousand_characters() -> None:
    assert len(error_from_response(response(400, rest("X", "long " * 1_000))).raw) == 1_000


@pytest.mark.parametrize(
    "error",
    [
        errors.SalesforceError("MALFORMED_QUERY", raw="unexpected token"),
        errors.LimitReached("REQUEST_LIMIT_EXCEEDED", raw="Limit exceeded", daily=False),
        errors.RowCountMismatch(promised=10, received=9),
        errors.SchemaChanged("INVALID_FIELD", field="Title", sobject="Contact"),
        errors.Cancelled(),
    ],
)
def test_errors_survive_pickling(error: SalesforceError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert (copy.message, copy.remedy) == (error.message, error.remedy)


def test_the_sentence_is_in_the_language_of_whoever_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "CANCELLED", Sentence(gettext_lazy("Monday"), gettext_lazy("Tuesday")))
    error = errors.Cancelled()
    with translation.override("ja"):
        assert (error.message, error.remedy) == ("月曜日", "火曜日")


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_is_whole(key: str) -> None:
    details = dict.fromkeys(("code", "field", "sobject", "promised", "received", "reason"), "1")
    for text in SENTENCES[key]:
        assert (str(text) % details).endswith(".")


def test_every_class_has_a_sentence_of_its_own() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, SalesforceError):
            assert kind().message and kind().remedy
