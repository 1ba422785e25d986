"""Orgs to ask, and a client that asks them over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from integrations.sandbox import DemoOrg

VERSION = "60.0"


class Api:
    """A signed-in client of one org."""

    def __init__(self, org: DemoOrg) -> None:
        self.org = org
        self.root = f"{org.url}/services/data/v{VERSION}"
        self.session = requests.Session()
        self.sign_in()

    def sign_in(self) -> None:
        form = {"client_id": self.org.client_id, "client_secret": self.org.client_secret}
        answer = token(self.org, grant_type="client_credentials", **form).json()
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        root = self.org.url if path.startswith("/services") else self.root
        return self.session.request(method, f"{root}{path}", timeout=20, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def query(self, soql: str, *, everything: bool = False) -> requests.Response:
        return self.get("/queryAll" if everything else "/query", params={"q": soql})

    def records(self, soql: str, *, everything: bool = False) -> list[dict[str, Any]]:
        answer = self.query(soql, everything=everything)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["records"])

    def values(self, soql: str, *, everything: bool = False) -> list[Any]:
        """The only selected field of every record."""
        return [list(record.values())[1] for record in self.records(soql, everything=everything)]

    def count(self, soql: str, *, everything: bool = False) -> int:
        return int(self.query(soql, everything=everything).json()["totalSize"])

    def refusal(self, soql: str, *, everything: bool = False) -> tuple[int, str, str]:
        answer = self.query(soql, everything=everything)
        return error(answer)


def error(answer: requests.Response) -> tuple[int, str, str]:
    """Status, code and message of a REST error."""
    (problem,) = answer.json()
    return answer.status_code, problem["errorCode"], problem["message"]


def token(org: DemoOrg, **form: str) -> requests.Response:
    return requests.post(f"{org.url}/services/oauth2/token", data=form, timeout=20)


@pytest.fixture(scope="session")
def shared_org() -> Iterator[DemoOrg]:
    """An org that no test changes."""
    with DemoOrg(contacts=2_500, accounts=200, leads=400, campaigns=2) as org:
        yield org


@pytest.fixture(scope="session")
def api(shared_org: DemoOrg) -> Api:
    return Api(shared_org)


@pytest.fixture
def org() -> Iterator[DemoOrg]:
    """A small org of the test's own, to be changed."""
    with DemoOrg(contacts=60, accounts=10, leads=30, campaigns=1) as org:
        yield org


@pytest.fixture
def own(org: DemoOrg) -> Api:
    """The client of the test's own org."""
    return Api(org)
