"""SOQL: what it finds and what it refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api


@pytest.fixture(scope="module")
def people() -> Iterator[Api]:
    """Five contacts, two accounts, nothing else."""
    with DemoOrg(contacts=0, accounts=0, leads=0, campaigns=0) as org:
        acme = org.insert("Account", Name="Acme", Industry="Energy")
        globex = org.insert("Account", Name="Globex", Industry="Banking")
        day = datetime.now(UTC).date()
        org.insert("Contact", LastName="Ärger", FirstName="Ann", Email="Ann@X.example", AccountId=acme,
                   Interests__c="Events;Mobile", Loyalty_Points__c=1.5, Birthdate="1980-05-06",
                   Last_Visit__c=f"{day}T00:00:00.000Z")  # fmt: skip
        org.insert("Contact", LastName="O'Neil", FirstName="bob", Title="50%_off", AccountId=globex,
                   Interests__c="Pricing", Loyalty_Points__c=20.0, Newsletter__c=1)  # fmt: skip
        org.insert("Contact", LastName="Back\\slash", FirstName="Cyd", Title="50 percent off", AccountId=acme,
                   Last_Visit__c=f"{day - timedelta(10)}T12:00:00.000Z")  # fmt: skip
        org.insert("Contact", LastName="Two\nlines", FirstName="Dee", Loyalty_Points__c=-3.0)
        org.insert("Contact", LastName="Gone", FirstName="Eve", AccountId=globex, IsDeleted=1)
        yield Api(org)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("FirstName = 'ANN'", "Ann"),
        ("LastName = 'ärger'", "Ann"),
        ("LastName LIKE 'ÄR%'", "Ann"),
        ("FirstName IN ('ann', 'BOB')", "Ann bob"),
        ("FirstName NOT IN ('ann', 'BOB')", "Cyd Dee"),
        ("FirstName != 'ann'", "bob Cyd Dee"),
        ("FirstName <> 'ann'", "bob Cyd Dee"),
        ("Title != '50%_off'", "Ann Cyd Dee"),
        ("NOT Title LIKE '50%'", "Ann Dee"),
        ("(NOT FirstName = 'ann')", "bob Cyd Dee"),
        ("Title LIKE '50\\%\\_%'", "bob"),
        ("Title LIKE '50_percent%'", "Cyd"),
        ("LastName = 'O\\'Neil'", "bob"),
        ("LastName = 'Back\\\\slash'", "Cyd"),
        ("LastName LIKE 'back\\\\%'", "Cyd"),
        ("LastName = 'Two\\nlines'", "Dee"),
        ("LastName = '\\u00c4rger'", "Ann"),
        ("Email = null", "bob Cyd Dee"),
        ("Email = ''", "bob Cyd Dee"),
        ("Email != null", "Ann"),
        ("Email IN ('ann@x.EXAMPLE', null)", "Ann bob Cyd Dee"),
        ("Newsletter__c = true", "bob"),
        ("Newsletter__c != TRUE", "Ann Cyd Dee"),
        ("Loyalty_Points__c > 1", "Ann bob"),
        ("Loyalty_Points__c <= -3", "Dee"),
        ("Loyalty_Points__c = 2e1", "bob"),
        ("Loyalty_Points__c >= .5 AND Loyalty_Points__c < 2.0", "Ann"),
        ("Birthdate = 1980-05-06", "Ann"),
        ("Birthdate < 1980-05-06", ""),
        ("Last_Visit__c = TODAY", "Ann"),
        ("Last_Visit__c < TODAY", "Cyd"),
        ("Last_Visit__c >= LAST_N_DAYS:10", "Ann Cyd"),
        ("Last_Visit__c = N_DAYS_AGO:10", "Cyd"),
        ("Last_Visit__c > TODAY", ""),
        ("Interests__c INCLUDES ('mobile')", "Ann"),
        ("Interests__c INCLUDES ('Mobile;Events', 'Pricing')", "Ann bob"),
        ("Interests__c INCLUDES ('Mobile;Pricing')", ""),
        ("Interests__c EXCLUDES ('Pricing')", "Ann Cyd Dee"),
        ("Account.Name = 'acme'", "Ann Cyd"),
        ("Account.Industry = 'Banking' OR Account.Name = null", "bob Dee"),
        ("(FirstName = 'ann' OR FirstName = 'bob') AND Newsletter__c = false", "Ann"),
        ("AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')", "Ann Cyd"),
        ("AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Acme')", "bob Dee"),
        ("Contact.FirstName = 'ann'", "Ann"),
    ],
)
def test_a_condition_finds(people: Api, condition: str, found: str) -> None:
    names = people.values(f"SELECT FirstName FROM Contact WHERE {condition} ORDER BY FirstName")
    assert " ".join(names) == found


def test_keywords_and_names_take_any_case(people: Api) -> None:
    (record,) = people.records(
        "select firstname, ACCOUNT.name from contact c where c.FIRSTNAME = 'ann' limit 1"
    )
    assert (record["FirstName"], record["Account"]["Name"]) == ("Ann", "Acme")


def test_order_puts_nulls_where_asked_and_ignores_case(people: Api) -> None:
    order = "SELECT FirstName FROM Contact ORDER BY {}"
    assert people.values(order.format("FirstName DESC")) == ["Dee", "Cyd", "bob", "Ann"]
    assert people.values(order.format("Loyalty_Points__c")) == ["Cyd", "Dee", "Ann", "bob"]
    assert people.values(order.format("Loyalty_Points__c DESC NULLS LAST")) == ["bob", "Ann", "Dee", "Cyd"]


def test_limit_and_offset_cut_a_window(people: Api) -> None:
    assert people.values("SELECT FirstName FROM Contact ORDER BY FirstName LIMIT 2 OFFSET 1") == [
        "bob",
        "Cyd",
    ]


def test_counts_and_groups(people: Api) -> None:
    assert people.count("SELECT COUNT() FROM Contact WHERE AccountId != null") == 3
    assert people.values("SELECT COUNT(Id) FROM Contact") == [4]
    groups = people.records(
        "SELECT Account.Name, COUNT(Id) n, MAX(Loyalty_Points__c) FROM Contact GROUP BY Account.Name "
        "HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC"
    )
    assert groups == [{"attributes": {"type": "AggregateResult"}, "Name": "Acme", "n": 2, "expr0": 1.5}]


def test_an_id_has_fifteen_or_eighteen_characters_and_a_case(people: Api) -> None:
    (full,) = people.values("SELECT Id FROM Account WHERE Name = 'Acme'")
    count = "SELECT COUNT() FROM Account WHERE Id = '{}'"
    assert len(full) == 18
    assert people.count(count.format(full)) == people.count(count.format(full[:15])) == 1
    assert people.count(count.format(full[:15].swapcase())) == 0


def test_all_fields_need_a_small_limit(people: Api) -> None:
    (record,) = people.records("SELECT FIELDS(ALL) FROM Account LIMIT 1")
    assert {"Name", "BillingAddress", "Tier__c"} < set(record)
    custom = people.records("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1")[0]
    assert "Name" not in custom
    assert "Tier__c" not in people.records("SELECT FIELDS(STANDARD) FROM Account")[0]
    assert people.refusal("SELECT FIELDS(ALL) FROM Account")[1] == "MALFORMED_QUERY"


def test_deleted_records_join_only_where_query_all_lets_them(people: Api) -> None:
    accounts = (
        "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE FirstName = 'eve'{})"
    )
    assert people.values(accounts.format("")) == []
    assert people.values(accounts.format(""), everything=True) == ["Globex"]
    assert people.values(accounts.format(" AND IsDeleted = false"), everything=True) == []


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id FORM Contact", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Contact WHERE Name = 'x", "MALFORMED_QUERY", "unexpected token"),
        (
            "SELECT Id FROM Contact WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
            "MALFORMED_QUERY",
            "unexpected",
        ),
        ("SELECT Id FROM Contact WHERE Name = 'a\\q'", "MALFORMED_QUERY", "Illegal character sequence"),
        ("SELECT Id, Nme FROM Contact", "INVALID_FIELD", "No such column 'Nme' on entity 'Contact'"),
        ("SELECT Account.Nme FROM Contact", "INVALID_FIELD", "No such column 'Nme' on entity 'Account'"),
        ("SELECT Acount.Name FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Acount'"),
        ("SELECT Id FROM Kontakt", "INVALID_TYPE", "sObject type 'Kontakt' is not supported"),
        ("SELECT Id FROM Contact WHERE Email = 5", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Contact WHERE Newsletter__c = 'true'", "INVALID_FIELD", "must be of type boolean"),
        (
            "SELECT Id FROM Contact WHERE CreatedDate > '2020-01-01'",
            "INVALID_FIELD",
            "must be of type dateTime",
        ),
        (
            "SELECT Id FROM Contact WHERE CreatedDate > 2020-01-01",
            "INVALID_FIELD",
            "must be of type dateTime",
        ),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Contact ORDER BY Description", "INVALID_FIELD", "can not be sorted"),
        ("SELECT Id FROM Contact WHERE Id = 'short'", "MALFORMED_QUERY", "invalid ID field: short"),
        ("SELECT Id, id FROM Contact", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT Id, COUNT(Id) FROM Contact", "MALFORMED_QUERY", "must be grouped or aggregated: Id"),
        ("SELECT Id FROM Contact OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        (
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "top level WHERE",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
            "MALFORMED_QUERY",
            "exactly one id",
        ),
        (
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "same object type",
        ),
    ],
)
def test_a_query_is_refused_in_the_words_of_salesforce(people: Api, soql: str, code: str, words: str) -> None:
    status, found, message = people.refusal(soql)
    assert (status, found) == (400, code)
    assert words in message


def test_two_thousand_alternatives_are_one_condition(people: Api) -> None:
    condition = " OR ".join(["Title = 'x'"] * 2_000 + ["FirstName = 'ann'"])
    request = {"method": "GET", "referenceId": "q", "url": "/services/data/v60.0/query?q="}
    request["url"] += f"SELECT FirstName FROM Contact WHERE {condition}"
    answer = people.call("POST", "/composite", json={"compositeRequest": [request]}).json()
    assert answer["compositeResponse"][0]["body"]["totalSize"] == 1


def test_security_clauses_change_nothing(people: Api) -> None:
    assert people.count("SELECT COUNT() FROM Contact WHERE FirstName = 'ann' WITH SECURITY_ENFORCED") == 1


def test_a_missing_query_is_refused(people: Api) -> None:
    assert people.get("/query").json()[0]["errorCode"] == "MALFORMED_QUERY"


def test_four_hundred_ids_fit_into_one_condition(api: Api) -> None:
    ids = [row[0] for row in api.org.sql("SELECT Id FROM Contact WHERE IsDeleted = 0 LIMIT 400")]
    condition = ", ".join(f"'{record_id}'" for record_id in ids)
    assert api.count(f"SELECT COUNT() FROM Contact WHERE Id IN ({condition})") == 400
