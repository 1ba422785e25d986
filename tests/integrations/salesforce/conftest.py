from collections.abc import Iterator

import pytest

from integrations.salesforce.session import SalesforceSession

from .stub import StubOrg, Tokens


@pytest.fixture
def org() -> Iterator[StubOrg]:
    with StubOrg() as stub:
        yield stub


@pytest.fixture
def tokens(org: StubOrg) -> Tokens:
    return Tokens(org.url)


@pytest.fixture
def session(tokens: Tokens) -> Iterator[SalesforceSession]:
    """A session that retries at once."""
    with SalesforceSession(tokens=tokens, allow_loopback=True, backoff=0, timeout=(2, 2)) as session:
        yield session
