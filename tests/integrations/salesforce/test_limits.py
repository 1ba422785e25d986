from integrations.salesforce.limits import count, fetch_limits, record_counts
from integrations.salesforce.session import SalesforceSession

from .stub import StubOrg


def test_limits_tell_what_is_used_and_what_is_left(org: StubOrg, session: SalesforceSession) -> None:
    raw = {
        "DailyApiRequests": {"Max": 15_000, "Remaining": 14_000},
        "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 9_990},
    }
    org.on("GET", "limits", raw)
    limits = fetch_limits(session)
    assert (limits.api_used, limits.api_limit, limits.bulk_jobs_left) == (1_000, 15_000, 9_990)
    assert limits.raw == raw


def test_an_org_without_bulk_has_no_jobs_left(org: StubOrg, session: SalesforceSession) -> None:
    org.on("GET", "limits", {"DailyApiRequests": {"Max": 1, "Remaining": 1}})
    assert fetch_limits(session).bulk_jobs_left == 0


def test_record_counts_of_many_objects_take_one_call(org: StubOrg, session: SalesforceSession) -> None:
    counts = [{"name": "Contact", "count": 3}, {"name": "Lead", "count": 0}]
    org.on("GET", "limits/recordCount", {"sObjects": counts})
    assert record_counts(session, ["Contact", "Lead"]) == {"Contact": 3, "Lead": 0}
    assert org.asked[0].query == {"sObjects": "Contact,Lead"}
    assert session.api_calls == 1


def test_a_count_is_exact_and_includes_deleted_records_on_request(
    org: StubOrg, session: SalesforceSession
) -> None:
    org.on("GET", "query", {"totalSize": 7, "done": True, "records": []})
    org.on("GET", "queryAll", {"totalSize": 8, "done": True, "records": []})
    assert count(session, "SELECT COUNT() FROM Contact") == 7
    assert count(session, "SELECT COUNT() FROM Contact", all_rows=True) == 8
    assert org.asked[0].query == {"q": "SELECT COUNT() FROM Contact"}
