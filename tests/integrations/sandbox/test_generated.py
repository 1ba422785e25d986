"""The generated records: believable, nasty at fixed rates, the same for the same seed."""

import time
from typing import Any

from integrations.sandbox import DemoOrg
from integrations.sandbox.generate.nasty import OVERLAYS


def one(org: DemoOrg, sql: str) -> Any:
    """The only value of the only row."""
    return org.sql(sql)[0][0]


def people_of(*, seed: int, sql: str) -> list[tuple[Any, ...]]:
    with DemoOrg(contacts=50, accounts=10, leads=10, campaigns=1, seed=seed) as org:
        return org.sql(sql)


def test_rates_are_what_they_should_be(shared_org: DemoOrg) -> None:
    share = {
        name: one(shared_org, f"SELECT COUNT(*) FROM {table} WHERE {condition}") / size
        for name, table, condition, size in (
            ("deleted", "Contact", "IsDeleted AND MasterRecordId IS NULL", 2500),
            ("merged", "Contact", "MasterRecordId IS NOT NULL", 2500),
            ("no e-mail", "Contact", "Email IS NULL", 2500),
            ("no account", "Contact", "AccountId IS NULL", 2500),
            ("converted", "Lead", "IsConverted", 400),
        )
    }
    assert 0.008 < share["deleted"] < 0.012
    assert 0.002 < share["merged"] < 0.004
    assert 0.04 < share["no e-mail"] < 0.06
    assert 0.02 < share["no account"] < 0.04
    assert share["converted"] == 0.08


def test_references_point_to_living_records(shared_org: DemoOrg) -> None:
    for table, field, parent in (
        ("Contact", "AccountId", "Account"),
        ("Contact", "MasterRecordId", "Contact"),
        ("Lead", "ConvertedContactId", "Contact"),
        ("Lead", "ConvertedAccountId", "Account"),
        ("Account", "ParentId", "Account"),
        ("CampaignMember", "ContactId", "Contact"),
        ("CampaignMember", "LeadId", "Lead"),
        ("CampaignMember", "CampaignId", "Campaign"),
    ):
        used = one(shared_org, f"SELECT COUNT(*) FROM {table} WHERE {field} IS NOT NULL")
        living = one(shared_org, f"SELECT COUNT(*) FROM {table} c JOIN {parent} p ON p.Id = c.{field} "
                                 "WHERE NOT p.IsDeleted")  # fmt: skip
        assert used == living > 0, (table, field)


def test_emails_repeat_in_other_cases_and_across_objects(shared_org: DemoOrg) -> None:
    repeated = (
        "SELECT COUNT(*) FROM (SELECT 1 FROM Contact GROUP BY lower(Email) HAVING COUNT(DISTINCT Email) > 1)"
    )
    assert one(shared_org, repeated) > 5
    assert one(shared_org, "SELECT COUNT(*) FROM Lead l JOIN Contact c ON c.Email = l.Email") > 20


def test_some_accounts_have_no_contacts_and_no_account_is_its_own_ancestor(shared_org: DemoOrg) -> None:
    assert one(shared_org, "SELECT COUNT(*) FROM Account WHERE Id NOT IN "
                           "(SELECT AccountId FROM Contact WHERE AccountId IS NOT NULL)") > 20  # fmt: skip
    assert one(shared_org, "SELECT COUNT(*) FROM Account WHERE ParentId >= Id") == 0


def test_every_nasty_value_is_there(shared_org: DemoOrg) -> None:
    everything = {value for row in shared_org.sql("SELECT * FROM Contact") for value in row}
    columns = {row[1] for row in shared_org.sql("PRAGMA table_xinfo(Contact)")}
    for overlay in OVERLAYS:
        for name, value in overlay.items():
            if name.replace("@", "Mailing") in columns - {"Name"}:
                assert value in everything, (name, value)


def test_ids_differ_only_in_case(shared_org: DemoOrg) -> None:
    same = (
        "SELECT COUNT(*) FROM (SELECT 1 FROM Contact GROUP BY lower(substr(Id, 1, 15)) HAVING COUNT(*) > 1)"
    )
    assert one(shared_org, same) > 100


def test_people_come_from_many_countries(shared_org: DemoOrg) -> None:
    assert one(shared_org, "SELECT COUNT(DISTINCT MailingCountry) FROM Contact") > 8
    assert one(shared_org, "SELECT COUNT(*) FROM Contact WHERE MailingCountry = 'Japan'") > 200


def test_stamps_lie_in_order_before_now(shared_org: DemoOrg) -> None:
    assert one(shared_org, "SELECT COUNT(*) FROM Contact WHERE NOT (CreatedDate <= LastModifiedDate AND "
                           "LastModifiedDate <= SystemModstamp)") == 0  # fmt: skip
    assert (
        one(shared_org, "SELECT MAX(SystemModstamp) < strftime('%Y-%m-%dT%H:%M:%S', 'now') FROM Contact") == 1
    )


def test_campaigns_have_members_of_both_kinds_and_count_them(shared_org: DemoOrg) -> None:
    campaigns = shared_org.sql("SELECT Id, NumberOfContacts, NumberOfLeads FROM Campaign")
    for campaign_id, contacts, leads in campaigns:
        living = "FROM CampaignMember WHERE CampaignId = ? AND NOT IsDeleted"
        counted = shared_org.sql(f"SELECT COUNT(ContactId), COUNT(LeadId) {living}", campaign_id)
        assert counted == [(contacts, leads)]
        assert contacts > 0 < leads


def test_the_same_seed_makes_the_same_people() -> None:
    people = "SELECT Id, Name, Email, MailingStreet, Loyalty_Points__c FROM Contact"
    first, second, third = (people_of(seed=seed, sql=people) for seed in (1, 1, 2))
    assert first == second != third


def test_an_empty_org_is_an_org() -> None:
    with DemoOrg(contacts=0, accounts=0, leads=0, campaigns=0) as org:
        assert (org.count("Contact"), org.count("User")) == (0, 5)


def test_ten_thousand_contacts_take_less_than_three_seconds_of_work() -> None:
    started = time.process_time()
    with DemoOrg(contacts=10_000, accounts=1_250, leads=2_000, campaigns=1) as org:
        assert one(org, "SELECT COUNT(*) FROM Contact") == 10_000
    assert time.process_time() - started < 3
