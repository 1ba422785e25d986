import pytest

from integrations.salesforce.errors import ConfigProblem
from integrations.salesforce.hosts import check_host


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com/", "https://test.salesforce.com"),
        ("https://Acme.my.salesforce.com:443/setup?x=1", "https://acme.my.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        (" https://acme.lightning.force.com ", "https://acme.lightning.force.com"),
    ],
)
def test_salesforce_over_https_is_allowed(url: str, origin: str) -> None:
    assert check_host(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "login.salesforce.com",
        "http://login.salesforce.com",
        "ftp://login.salesforce.com",
        "https://salesforce.com.evil.example",
        "https://evilsalesforce.com",
        "https://salesforce.com",
        "https://login.salesforce.com@evil.example",
        "https://user:secret@login.salesforce.com",
        "https://evil.example#.salesforce.com",
        "https://evil.example?.salesforce.com",
        r"https://evil.example\.salesforce.com",
        "https://evil.example/.salesforce.com",
        "https://login.salesforce.com.",
        "https://login.salesforce.com:8443",
        "https://login.salesforce.com:99999",
        "https://login.salesforce.com:abc",
        "https://login.salesfor\nce.com",
        "https://evil.example%2f.salesforce.com",
        "https://évil.salesforce.com",
        "https://-.salesforce.com",
        "https://[::1]",
        "https://[::1",
        "https://127.0.0.1",
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_everything_else_is_refused(url: str, allow_loopback: bool) -> None:
    with pytest.raises(ConfigProblem) as refused:
        check_host(url, allow_loopback=allow_loopback)
    assert refused.value.code == "HOST_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8765/", "http://127.0.0.1:8765"),
        ("http://localhost", "http://localhost:80"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_this_machine_is_allowed_only_on_request(url: str, origin: str) -> None:
    assert check_host(url, allow_loopback=True) == origin
    with pytest.raises(ConfigProblem, match="trying and testing"):
        check_host(url)


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "0.0.0.0", "127.0.0.1.nip.io", "2130706433"])
def test_plain_http_to_other_machines_is_never_allowed(host: str) -> None:
    with pytest.raises(ConfigProblem):
        check_host(f"http://{host}:8765", allow_loopback=True)


def test_the_sentence_does_not_repeat_the_address() -> None:
    with pytest.raises(ConfigProblem) as refused:
        check_host("https://user:secret@evil.example")
    assert "secret" not in str(refused.value)
    assert "My Domain" in refused.value.remedy
