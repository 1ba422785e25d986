"""Whose address counts behind a proxy."""

import pytest
from django.test import RequestFactory

from crmbridge.proxy import client_address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [("", "10.0.0.1"), ("198.51.100.7", "198.51.100.7"), ("203.0.113.9, 198.51.100.7", "198.51.100.7")],
)
def test_the_address_that_the_proxy_itself_saw_counts(forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address
