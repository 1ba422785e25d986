"""`/query` and `/queryAll` page by page."""

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error


def test_a_query_answers_in_pages_of_two_thousand(api: Api) -> None:
    first = api.query("SELECT Id FROM Contact", everything=True).json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (2500, False, 2000)
    second = api.get(first["nextRecordsUrl"]).json()
    assert (second["done"], len(second["records"]), "nextRecordsUrl" in second) == (True, 500, False)
    ids = {record["Id"] for record in first["records"] + second["records"]}
    assert len(ids) == 2500


def test_a_page_can_be_fetched_twice(api: Api) -> None:
    following = api.query("SELECT Id FROM Contact", everything=True).json()["nextRecordsUrl"]
    assert api.get(following).json() == api.get(following).json()


def test_the_client_chooses_a_smaller_page(api: Api) -> None:
    headers = {"Sforce-Query-Options": "batchSize=500"}
    page = api.get("/query", params={"q": "SELECT Id FROM Contact"}, headers=headers).json()
    assert len(page["records"]) == 500


def test_query_hides_deleted_records_and_query_all_shows_them(api: Api) -> None:
    gone = "SELECT COUNT() FROM Contact WHERE IsDeleted = true"
    assert api.count(gone) == 0
    assert api.count(gone, everything=True) > 0


def test_a_cursor_does_not_see_later_changes(org: DemoOrg, own: Api) -> None:
    org.sql("INSERT INTO Campaign (Id, Name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 2100) SELECT printf('7015g0%012d', i), 'before' FROM n")  # fmt: skip
    page = own.query("SELECT Name FROM Campaign WHERE Name LIKE '%e%'").json()
    org.sql("UPDATE Campaign SET Name = 'after'")
    names = {record["Name"] for record in own.get(page["nextRecordsUrl"]).json()["records"]}
    assert "after" not in names


def test_an_unknown_locator_is_refused(api: Api) -> None:
    assert error(api.get("/query/01g000000000000AAA-2000"))[:2] == (400, "INVALID_QUERY_LOCATOR")


def test_values_come_as_json_types(org: DemoOrg, own: Api) -> None:
    record_id = org.insert(
        "Account", Name="Typed", NumberOfEmployees=12, AnnualRevenue=1.5e8, Health_Score__c=99.5,
        BillingCity="Köln", BillingLatitude=50.9, CreatedDate="2026-03-01T10:11:12.000Z",
    )  # fmt: skip
    (record,) = own.records(
        "SELECT Name, NumberOfEmployees, AnnualRevenue, Health_Score__c, IsDeleted, ParentId, "
        f"BillingAddress, CreatedDate, ShippingAddress FROM Account WHERE Id = '{record_id}'"
    )
    address = record.pop("BillingAddress")
    assert (address["city"], address["latitude"], address["street"]) == ("Köln", 50.9, None)
    assert record == {
        "attributes": {"type": "Account", "url": f"/services/data/v60.0/sobjects/Account/{record_id}"},
        "Name": "Typed",
        "NumberOfEmployees": 12,
        "AnnualRevenue": 150000000.0,
        "Health_Score__c": 99.5,
        "IsDeleted": False,
        "ParentId": None,
        "CreatedDate": "2026-03-01T10:11:12.000+0000",
        "ShippingAddress": None,
    }


def test_parents_are_nested_records(org: DemoOrg, own: Api) -> None:
    account = org.insert("Account", Name="Parent", OwnerId=org.user_id)
    child = org.insert("Contact", LastName="Child", AccountId=account)
    orphan = org.insert("Contact", LastName="Orphan")
    soql = "SELECT LastName, Account.Name, Account.Owner.Name FROM Contact WHERE Id IN ('{}', '{}')"
    first, second = own.records(soql.format(child, orphan))
    assert first["Account"]["attributes"]["type"] == "Account"
    assert (first["Account"]["Name"], first["Account"]["Owner"]["Name"]) == ("Parent", "Demo Administrator")
    assert second["Account"] is None
