"""The whole client against an org that behaves like Salesforce's, down to its nasty values."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.salesforce import auth
from integrations.salesforce.describe import Field, fetch_describe, importable_fields, parse_describe
from integrations.salesforce.errors import NeedsReconnect, SchemaChanged
from integrations.salesforce.limits import count, fetch_limits, record_counts
from integrations.salesforce.page import Page
from integrations.salesforce.records import pages, prefetch
from integrations.salesforce.rest import client
from integrations.salesforce.session import SalesforceSession, newest_version
from integrations.salesforce.soql import in_, select, semi_join, up_to
from integrations.sandbox import DemoOrg

CONTACTS = 2_500


@dataclass
class AppTokens:
    """Signs in anew with the app's secret whenever the token is refused."""

    org: DemoOrg
    token: auth.Token

    @property
    def access_token(self) -> str:
        return self.token.access_token

    @property
    def instance_url(self) -> str:
        return self.token.instance_url

    def refresh(self, rejected_token: str) -> None:
        self.token = sign_in(self.org)


def sign_in(org: DemoOrg) -> auth.Token:
    return auth.client_credentials(
        login_url=org.url, client_id=org.client_id, client_secret=org.client_secret, allow_loopback=True
    )


@pytest.fixture(scope="module")
def org() -> Iterator[DemoOrg]:
    with DemoOrg(contacts=CONTACTS, accounts=300, leads=100, campaigns=2, seed=7) as org:
        yield org


@pytest.fixture
def session(org: DemoOrg) -> Iterator[SalesforceSession]:
    tokens = AppTokens(org, sign_in(org))
    with SalesforceSession(tokens=tokens, allow_loopback=True, backoff=0) as session:
        yield session


def described(session: SalesforceSession, sobject: str) -> list[Field]:
    answer = fetch_describe(session, sobject)
    assert answer is not None
    return importable_fields(parse_describe(*answer))


def every_field(session: SalesforceSession, sobject: str) -> list[str]:
    return [field.name for field in described(session, sobject)]


def with_plain_numbers(rows: dict[str, dict[str, str]], fields: list[Field]) -> dict[str, dict[str, str]]:
    """The rows with 1.5E7 and 15000000.0 written alike: which of them comes, Salesforce decides."""
    numeric = [field.name for field in fields if field.type in ("double", "currency", "percent")]
    for row in rows.values():
        row |= {name: str(Decimal(row[name]).normalize()) for name in numeric if row[name]}
    return rows


def records(found: Iterator[Page]) -> dict[str, dict[str, str]]:
    """All rows by id, every value as it stands in the files."""
    rows: dict[str, dict[str, str]] = {}
    for page in found:
        with page.path.open(encoding="utf-8", newline="") as file:
            on_page = list(csv.DictReader(file, strict=True))
        assert len(on_page) == page.rows
        rows |= {row["Id"]: row for row in on_page}
        page.path.unlink()
    return rows


@pytest.mark.parametrize("sobject", ["Account", "Contact", "Lead"])
def test_rest_and_bulk_deliver_the_same_values(
    session: SalesforceSession, tmp_path: Path, sobject: str
) -> None:
    fields = described(session, sobject)
    soql = select(fields=[field.name for field in fields], sobject=sobject)
    rest = pages(session, soql=soql, expected_rows=1, folder=tmp_path)
    bulk = pages(session, soql=soql, expected_rows=9_999, folder=tmp_path, page_rows=1_000)
    by_rest = with_plain_numbers(records(prefetch(rest)), fields)
    assert by_rest == with_plain_numbers(records(prefetch(bulk)), fields)
    assert len(by_rest) == count(session, f"SELECT COUNT() FROM {sobject}", all_rows=True)
    assert list(tmp_path.iterdir()) == []


def test_an_import_takes_about_the_estimated_calls(
    org: DemoOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    soql = select(fields=["Id"], sobject="Contact")
    before = session.api_calls
    records(pages(session, soql=soql, expected_rows=CONTACTS, folder=tmp_path, page_rows=1_000))
    assert session.api_calls - before <= 8
    assert session.usage is not None
    assert session.usage.limit == org.api_limit
    assert "DELETE" in [method for method, _ in list(org.requests)[-3:]]


def test_tokens_that_expire_on_the_way_are_replaced(
    org: DemoOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    soql = select(fields=["Id"], sobject="Contact")
    found = pages(session, soql=soql, expected_rows=CONTACTS, folder=tmp_path, page_rows=1_000)
    rows = [next(found).rows]
    org.expire_tokens()
    rows += [page.rows for page in found]
    assert sum(rows) == count(session, "SELECT COUNT() FROM Contact", all_rows=True)


def test_a_download_that_breaks_off_is_completed(
    org: DemoOrg, session: SalesforceSession, tmp_path: Path
) -> None:
    soql = select(fields=["Id", "Name"], sobject="Contact")
    org.drop_next(path_contains="/results", after_bytes=1_000, times=2)
    found = pages(session, soql=soql, expected_rows=CONTACTS, folder=tmp_path)
    assert len(records(found)) == count(session, "SELECT COUNT() FROM Contact", all_rows=True)


def test_conditions_find_what_they_say(session: SalesforceSession, tmp_path: Path) -> None:
    limits = fetch_limits(session)
    assert session.server_time is not None
    assert limits.api_used > 0
    contacts = select(fields=["AccountId"], sobject="Contact", where=["AccountId != null"])
    where = [semi_join("Id", contacts), up_to("SystemModstamp", session.server_time)]
    soql = select(fields=["Id", "Owner.Name"], sobject="Account", where=where)
    found = records(pages(session, soql=soql, expected_rows=1, folder=tmp_path))
    assert 0 < len(found) < record_counts(session, ["Account"])["Account"]
    chosen = sorted(found)[:3]
    soql = select(fields=["Id"], sobject="Account", where=[in_("Id", chosen)])
    assert sorted(records(pages(session, soql=soql, expected_rows=1, folder=tmp_path))) == chosen


def test_a_describe_is_sent_again_only_when_it_changed(session: SalesforceSession) -> None:
    answer = fetch_describe(session, "Contact")
    assert answer is not None
    assert fetch_describe(session, "Contact", if_modified_since=answer[1]) is None


def test_a_hidden_field_is_a_changed_schema(org: DemoOrg, session: SalesforceSession, tmp_path: Path) -> None:
    org.hide_field("Lead", "Rating")
    assert "Rating" not in every_field(session, "Lead")
    for expected in (1, 9_999):
        with pytest.raises(SchemaChanged) as raised:
            soql = select(fields=["Id", "Rating"], sobject="Lead")
            list(pages(session, soql=soql, expected_rows=expected, folder=tmp_path))
        assert raised.value.field == "Rating"


def test_the_session_knows_version_and_identity(org: DemoOrg, session: SalesforceSession) -> None:
    assert newest_version(session, "v66.0") == "v66.0"
    who = auth.identity(token=sign_in(org), allow_loopback=True)
    assert who.username == org.username


def test_simple_salesforce_reads_single_records(session: SalesforceSession) -> None:
    sf = client(session)
    record = next(sf.query_all_iter("SELECT Id, Name FROM Contact LIMIT 1"))
    single = sf.restful(f"sobjects/Contact/{record['Id']}")
    assert single is not None
    assert single["Name"] == record["Name"]


def test_a_revoked_token_is_void(org: DemoOrg) -> None:
    token = sign_in(org)
    auth.revoke(login_url=org.url, token=token.access_token, allow_loopback=True)
    with pytest.raises(NeedsReconnect):
        auth.identity(token=token, allow_loopback=True)
