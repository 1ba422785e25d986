import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from integrations.salesforce import auth, oauth_client
from integrations.salesforce.errors import (
    ConfigProblem,
    NeedsReconnect,
    ResponseBroken,
    SalesforceError,
    TemporaryProblem,
)

from .stub import Answer, StubOrg

TOKEN_PATH = "/services/oauth2/token"
ORG_ID, USER_ID = "00D5f000000JTGyEAO", "0055f00000DQKrEAAX"
APP: dict[str, Any] = {"client_id": "3MVG9.app", "client_secret": "s3cr3t", "allow_loopback": True}


@pytest.fixture(autouse=True)
def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth_client, "_BACKOFF", 0)


def reply(org: StubOrg, **more: Any) -> dict[str, Any]:
    return {
        "access_token": "00D!access",
        "instance_url": org.url,
        "id": f"https://login.salesforce.com/id/{ORG_ID}/{USER_ID}",
        "token_type": "Bearer",
        "issued_at": "1700000000000",
        "signature": "c2ln",
        "scope": "api refresh_token id",
        **more,
    }


def refusal(error: str, description: str = "") -> Answer:
    return Answer({"error": error, "error_description": description}, 400)


def exchange(org: StubOrg, **more: Any) -> auth.Token:
    options = {
        **APP,
        "redirect_uri": "https://crm.example/cb",
        "code": "aPrx",
        "code_verifier": "v" * 43,
        **more,
    }
    return auth.exchange_code(login_url=org.url, **options)


def token(org: StubOrg) -> auth.Token:
    return auth.Token("00D!access", None, org.url, ORG_ID, USER_ID, "api id")


def test_the_sign_in_page_gets_the_challenge_but_not_the_verifier() -> None:
    verifier = auth.new_code_verifier()
    address = auth.authorization_url(
        login_url="https://login.salesforce.com/",
        client_id="3MVG9.app",
        redirect_uri="https://crm.example/cb?a=1",
        state="st&te",
        code_verifier=verifier,
    )
    parts = urlsplit(address)
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://login.salesforce.com/services/oauth2/authorize"
    )
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["3MVG9.app"],
        "redirect_uri": ["https://crm.example/cb?a=1"],
        "scope": ["api refresh_token id"],
        "state": ["st&te"],
        "code_challenge": [digest],
        "code_challenge_method": ["S256"],
    }


def test_verifiers_and_states_are_long_and_never_the_same() -> None:
    verifiers = {auth.new_code_verifier() for _ in range(50)}
    assert len(verifiers) == 50
    assert all(43 <= len(verifier) <= 128 for verifier in verifiers)
    assert auth.new_state() != auth.new_state()


def test_a_code_is_exchanged_for_a_token(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org, refresh_token="5Aep861"))
    found = exchange(org)
    assert found == auth.Token("00D!access", "5Aep861", org.url, ORG_ID, USER_ID, "api refresh_token id")
    assert org.asked[0].form == {
        "grant_type": "authorization_code",
        "code": "aPrx",
        "code_verifier": "v" * 43,
        "redirect_uri": "https://crm.example/cb",
        "client_id": "3MVG9.app",
        "client_secret": "s3cr3t",
    }


def test_an_app_without_a_secret_sends_none(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org))
    assert exchange(org, client_secret=None).refresh_token is None
    assert "client_secret" not in org.asked[0].form
    assert org.asked[0].form["client_id"] == "3MVG9.app"


def test_secrets_do_not_show_in_a_token(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org, refresh_token="5Aep861"))
    shown = repr(exchange(org))
    assert "access" not in shown.replace("access_token", "")
    assert "5Aep861" not in shown
    assert ORG_ID in shown


def test_a_code_is_sent_only_once_even_when_salesforce_stumbles(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, Answer("<html>", 503), reply(org))
    with pytest.raises(TemporaryProblem):
        exchange(org)
    assert len(org.asked) == 1


def test_a_refresh_keeps_the_old_refresh_token_unless_a_new_one_comes(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org), reply(org, refresh_token="5Aep-new"))
    assert auth.refresh(login_url=org.url, refresh_token="5Aep-old", **APP).refresh_token == "5Aep-old"
    assert auth.refresh(login_url=org.url, refresh_token="5Aep-old", **APP).refresh_token == "5Aep-new"
    assert org.asked[0].form == {
        "grant_type": "refresh_token",
        "refresh_token": "5Aep-old",
        "client_id": "3MVG9.app",
        "client_secret": "s3cr3t",
    }


def test_a_refresh_token_that_was_revoked_needs_a_reconnect(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, refusal("invalid_grant", "expired access/refresh token"))
    with pytest.raises(NeedsReconnect):
        auth.refresh(login_url=org.url, refresh_token="5Aep-old", **APP)


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048)


def sign_in_with_certificate(org: StubOrg, pem: str, audience: str | None = None) -> auth.Token:
    return auth.jwt_bearer(
        login_url=org.url,
        client_id="3MVG9.app",
        username="ann@acme.example",
        private_key_pem=pem,
        audience=audience,
        allow_loopback=True,
    )


def test_a_certificate_signs_for_the_user(org: StubOrg, key: RSAKey) -> None:
    org.on("POST", TOKEN_PATH, Answer("", 503), reply(org))
    sign_in_with_certificate(org, key.as_pem(private=True).decode())
    form = org.asked[-1].form
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(form["assertion"], key, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("3MVG9.app", "ann@acme.example", org.url)
    assert 0 < claims["exp"] - time.time() <= 180


@pytest.mark.parametrize(
    ("login_url", "audience"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
    ],
)
def test_the_audience_is_the_common_sign_in_server(login_url: str, audience: str) -> None:
    assert auth._audience(login_url) == audience


def test_another_audience_can_be_asked_for(org: StubOrg, key: RSAKey) -> None:
    org.on("POST", TOKEN_PATH, reply(org))
    sign_in_with_certificate(org, key.as_pem(private=True).decode(), audience="https://acme.example")
    assertion = org.asked[0].form["assertion"]
    assert jwt.decode(assertion, key, algorithms=["RS256"]).claims["aud"] == "https://acme.example"


def test_a_key_that_cannot_sign_is_refused_before_anything_is_sent(org: StubOrg, key: RSAKey) -> None:
    unusable = [
        "",
        "not a key",
        key.as_pem(private=False).decode(),
        key.as_pem(private=True, password="secret").decode(),
        ECKey.generate_key("P-256").as_pem(private=True).decode(),
    ]
    for pem in unusable:
        with pytest.raises(ConfigProblem) as raised:
            sign_in_with_certificate(org, pem)
        assert raised.value.code == "invalid_key"
    assert org.asked == []


def test_client_credentials_bring_a_token_without_a_refresh_token(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org))
    found = auth.client_credentials(login_url=org.url, **APP)
    assert found.refresh_token is None
    assert org.asked[0].form == {
        "grant_type": "client_credentials",
        "client_id": "3MVG9.app",
        "client_secret": "s3cr3t",
    }


@pytest.mark.parametrize("server", ["https://login.salesforce.com", "https://test.salesforce.com/"])
def test_client_credentials_need_my_domain(server: str) -> None:
    with pytest.raises(ConfigProblem, match="common sign-in address"):
        auth.client_credentials(login_url=server, client_id="a", client_secret="b")


def test_client_credentials_that_are_not_switched_on_say_so(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, refusal("invalid_grant", "no client credentials user enabled"))
    with pytest.raises(ConfigProblem) as raised:
        auth.client_credentials(login_url=org.url, **APP)
    assert "run-as user" in raised.value.remedy


@pytest.mark.parametrize(
    "odd",
    [
        Answer("<html>Maintenance</html>"),
        Answer({"access_token": "x"}),
        Answer([]),
        Answer({"access_token": "x", "instance_url": "https://acme.my.salesforce.com", "id": "nonsense"}),
    ],
)
def test_an_answer_that_is_no_token_is_broken(org: StubOrg, odd: Answer) -> None:
    org.on("POST", TOKEN_PATH, odd)
    with pytest.raises(ResponseBroken):
        exchange(org)


def test_a_token_for_a_foreign_instance_is_refused(org: StubOrg) -> None:
    org.on("POST", TOKEN_PATH, reply(org, instance_url="https://evil.example"))
    with pytest.raises(ConfigProblem):
        exchange(org)


def test_secrets_follow_no_redirect(org: StubOrg) -> None:
    with StubOrg() as other:
        org.on("POST", TOKEN_PATH, Answer("", 307, {"Location": f"{other.url}{TOKEN_PATH}"}))
        with pytest.raises(SalesforceError):
            exchange(org)
        assert other.asked == []


@pytest.mark.parametrize("server", ["https://evil.example", "http://login.salesforce.com"])
def test_secrets_go_to_salesforce_only(server: str) -> None:
    with pytest.raises(ConfigProblem):
        auth.refresh(login_url=server, client_id="a", client_secret="b", refresh_token="c")


def test_a_token_is_revoked(org: StubOrg) -> None:
    org.on("POST", "/services/oauth2/revoke", Answer("", 200))
    auth.revoke(login_url=org.url, token="5Aep861", allow_loopback=True)
    assert org.asked[0].form["token"] == "5Aep861"


@pytest.mark.parametrize("code", ["invalid_token", "unsupported_token_type"])
def test_revoking_what_is_void_already_is_no_error(org: StubOrg, code: str) -> None:
    org.on("POST", "/services/oauth2/revoke", refusal(code, "this token is void"))
    auth.revoke(login_url=org.url, token="5Aep861", allow_loopback=True)


def test_a_revocation_that_fails_is_told(org: StubOrg) -> None:
    org.on("POST", "/services/oauth2/revoke", Answer("", 503))
    with pytest.raises(TemporaryProblem):
        auth.revoke(login_url=org.url, token="5Aep861", allow_loopback=True)


USER = {
    "username": "ann@acme.example",
    "display_name": "Ann Lee",
    "email": "ann@acme.example",
    "language": "en_US",
}


def test_the_identity_names_user_and_org(org: StubOrg) -> None:
    org.on("GET", f"/id/{ORG_ID}/{USER_ID}", USER)
    org.on("GET", "query", {"records": [{"Name": "Acme Inc."}]})
    found = auth.identity(token=token(org), allow_loopback=True)
    assert found == auth.Identity(**USER, org_name="Acme Inc.")
    assert org.asked[0].headers["Authorization"] == "Bearer 00D!access"


def test_the_name_of_the_org_may_be_hidden(org: StubOrg) -> None:
    org.on("GET", f"/id/{ORG_ID}/{USER_ID}", USER)
    assert auth.identity(token=token(org), allow_loopback=True).org_name is None


def test_the_identity_of_a_void_token_needs_a_reconnect(org: StubOrg) -> None:
    org.on("GET", f"/id/{ORG_ID}/{USER_ID}", Answer("Bad_OAuth_Token", 403))
    with pytest.raises(NeedsReconnect):
        auth.identity(token=token(org), allow_loopback=True)
