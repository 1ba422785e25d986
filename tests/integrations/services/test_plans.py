"""What an import would read and cost, before anything starts."""

import pytest

from crmbridge.errors import Refused
from integrations.models import ImportRun, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import sync_settings
from integrations.services.plans import ImportPlan, plan_import

TIMED_OUT = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running for too long."}]


def plan(connection: SalesforceConnection, group: str, **options: str) -> ImportPlan:
    connection = SalesforceConnection.objects.get(pk=connection.pk)
    return plan_import(connection=connection, record_group=group, **options)


def test_every_object_is_counted_with_the_deleted_ones(
    connection: SalesforceConnection, org: DemoOrg
) -> None:
    found = plan(connection, "leads-and-contacts")
    contacts, leads = (org.sql(f"SELECT count(*) FROM {name}")[0][0] for name in ("Contact", "Lead"))
    assert found.counts == {"Contact": contacts, "Lead": leads}
    assert [phase.sobject for phase in found.phases] == ["Contact", "Lead", "Account"]
    assert found.warnings == []
    assert not ImportRun.objects.exists()


def test_accounts_are_those_that_contacts_belong_to(connection: SalesforceConnection, org: DemoOrg) -> None:
    [(expected,)] = org.sql(
        "SELECT count(DISTINCT AccountId) FROM Contact WHERE IsDeleted = 0 AND AccountId IS NOT NULL"
    )
    assert plan(connection, "accounts").counts == {"Account": expected}


def test_calls_left_are_the_smaller_of_the_org_and_the_allotment(
    connection: SalesforceConnection, org: DemoOrg
) -> None:
    org.api_limit = org.api_calls + 1_000
    assert 900 < (plan(connection, "contacts").calls_left or 0) < 1_000
    sync_settings.update(connection=connection, allotted_calls=60)
    left = plan(connection, "contacts").calls_left
    assert left is not None
    assert left < 60


def test_more_calls_than_are_left_is_a_warning(connection: SalesforceConnection) -> None:
    sync_settings.update(connection=connection, allotted_calls=1)
    [warning] = plan(connection, "contacts").warnings
    assert "0 are left today" in warning


def test_accounts_are_refused_while_account_sync_is_off(connection: SalesforceConnection) -> None:
    sync_settings.update(connection=connection, account_sync=False)
    with pytest.raises(Refused, match="Account Sync is off") as raised:
        plan(connection, "accounts")
    assert "sf_settings --account-sync sync" in str(raised.value)
    assert plan(connection, "contacts").counts


@pytest.mark.parametrize(
    ("campaign", "told"), [("nonsense", "is not a Salesforce ID"), ("701000000000000AAA", "has no campaign")]
)
def test_an_unknown_campaign_is_refused(connection: SalesforceConnection, campaign: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        plan(connection, "campaign", campaign=campaign)


def test_a_semi_join_that_times_out_is_planned_around(connection: SalesforceConnection, org: DemoOrg) -> None:
    org.fail_next("IN+%28SELECT", status=400, body=TIMED_OUT)
    found = plan(connection, "accounts")
    assert [(phase.kind, phase.selection) for phase in found.phases][:2] == [
        ("keys", "all"),
        ("records", "noted"),
    ]
    assert "took too long" in found.warnings[0]
