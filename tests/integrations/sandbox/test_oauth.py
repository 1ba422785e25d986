"""Signing in by every flow."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api, error, token

CALLBACK = "http://localhost:8000/callback?next=1"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
LEGACY = "/services/Soap/u/59.0"


def app(org: DemoOrg) -> dict[str, str]:
    return {"client_id": org.client_id, "client_secret": org.client_secret}


def decide(org: DemoOrg, decision: str, **more: str) -> dict[str, str]:
    """What the app gets at its redirect address."""
    form = {"response_type": "code", "client_id": org.client_id, "redirect_uri": CALLBACK, "state": "s t&te"}
    answer = requests.post(
        f"{org.url}/services/oauth2/authorize",
        data=form | more | {"decision": decision},
        allow_redirects=False,
        timeout=20,
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def exchange(org: DemoOrg, code: str, **more: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return token(org, **(form | app(org) | more))


def refusal(answer: requests.Response) -> str:
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description"}
    return str(answer.json()["error"])


def opens(org: DemoOrg, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{org.url}/services/data/v60.0/limits", headers=headers, timeout=20).ok


def test_the_page_names_the_user_and_keeps_the_request(shared_org: DemoOrg) -> None:
    params = {"response_type": "code", "client_id": shared_org.client_id, "redirect_uri": CALLBACK}
    more = {"state": '"><script>', "login_hint": "ada@demo.example", "prompt": "login"}
    page = requests.get(f"{shared_org.url}/services/oauth2/authorize", params=params | more, timeout=20)
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'value="allow"' in page.text
    assert "ada@demo.example" in page.text
    assert "<script>" not in page.text


def test_a_person_lets_the_app_in(shared_org: DemoOrg) -> None:
    got = decide(shared_org, "allow", code_challenge=CHALLENGE, code_challenge_method="S256")
    assert got["state"] == "s t&te"
    answer = exchange(shared_org, got["code"], code_verifier=VERIFIER).json()
    assert answer["instance_url"] == shared_org.url
    assert answer["id"].endswith(f"/id/{shared_org.org_id}/{shared_org.user_id}")
    assert answer["token_type"] == "Bearer"
    signed = hmac.new(
        shared_org.client_secret.encode(), (answer["id"] + answer["issued_at"]).encode(), hashlib.sha256
    )
    assert base64.b64decode(answer["signature"]) == signed.digest()
    assert "refresh_token" in answer
    assert opens(shared_org, answer["access_token"])


def test_a_person_keeps_the_app_out(shared_org: DemoOrg) -> None:
    got = decide(shared_org, "deny")
    assert (got["error"], got["state"]) == ("access_denied", "s t&te")


def test_a_code_opens_once_and_only_with_its_verifier(shared_org: DemoOrg) -> None:
    code = decide(shared_org, "allow")["code"]
    assert exchange(shared_org, code).ok
    assert refusal(exchange(shared_org, code)) == "invalid_grant"
    challenged = decide(shared_org, "allow", code_challenge=CHALLENGE)["code"]
    assert refusal(exchange(shared_org, challenged)) == "invalid_grant"


def test_a_code_belongs_to_its_redirect_address(shared_org: DemoOrg) -> None:
    code = decide(shared_org, "allow")["code"]
    assert (
        refusal(exchange(shared_org, code, redirect_uri="http://localhost/other")) == "redirect_uri_mismatch"
    )


def test_an_unregistered_address_gets_nothing(org: DemoOrg) -> None:
    org.redirect_uris.add("https://crm.example/callback")
    params = {"response_type": "code", "client_id": org.client_id, "redirect_uri": CALLBACK}
    answer = requests.get(
        f"{org.url}/services/oauth2/authorize", params=params, timeout=20, allow_redirects=False
    )
    assert answer.status_code == 400
    assert "redirect_uri_mismatch" in answer.text


def test_a_narrow_scope_brings_no_refresh_token(shared_org: DemoOrg) -> None:
    code = decide(shared_org, "allow", scope="api")["code"]
    assert "refresh_token" not in exchange(shared_org, code).json()


def test_a_refresh_token_serves_again_and_again_unless_it_rotates(org: DemoOrg) -> None:
    first = exchange(org, decide(org, "allow")["code"]).json()["refresh_token"]
    form = {"grant_type": "refresh_token"} | app(org)
    assert "refresh_token" not in token(org, refresh_token=first, **form).json()
    org.rotate_refresh_tokens = True
    second = token(org, refresh_token=first, **form).json()["refresh_token"]
    assert second != first
    assert refusal(token(org, refresh_token=first, **form)) == "invalid_grant"
    assert opens(org, token(org, refresh_token=second, **form).json()["access_token"])


def test_client_credentials_come_in_the_form_or_as_basic(shared_org: DemoOrg) -> None:
    assert opens(
        shared_org,
        token(shared_org, grant_type="client_credentials", **app(shared_org)).json()["access_token"],
    )
    basic = requests.post(
        f"{shared_org.url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(shared_org.client_id, shared_org.client_secret),
        timeout=20,
    )
    assert basic.ok
    wrong = app(shared_org) | {"client_secret": "nope"}
    assert refusal(token(shared_org, grant_type="client_credentials", **wrong)) == "invalid_client"
    stranger = app(shared_org) | {"client_id": "nobody"}
    assert refusal(token(shared_org, grant_type="client_credentials", **stranger)) == "invalid_client_id"


def test_a_password_opens_with_and_without_the_security_token(shared_org: DemoOrg) -> None:
    form = {"grant_type": "password", "username": shared_org.username} | app(shared_org)
    assert token(shared_org, password=shared_org.password, **form).ok
    assert token(shared_org, password=shared_org.password + shared_org.security_token, **form).ok
    assert refusal(token(shared_org, password="wrong", **form)) == "invalid_grant"


def test_an_unknown_flow_is_refused(shared_org: DemoOrg) -> None:
    assert refusal(token(shared_org, grant_type="magic")) == "unsupported_grant_type"


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    """A private key and its public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def assertion(org: DemoOrg, key: bytes, **claims: object) -> dict[str, str]:
    said = {"iss": org.client_id, "sub": org.username, "aud": org.url, "exp": 4_000_000_000} | claims
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(said, key, algorithm="RS256"),
    }


@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({}, None),
        ({"aud": "https://login.salesforce.com"}, None),
        ({"aud": "https://elsewhere.example"}, "invalid_grant"),
        ({"iss": "nobody"}, "invalid_client_id"),
        ({"sub": "stranger@demo.example"}, "invalid_grant"),
        ({"exp": 1_000_000_000}, "invalid_grant"),
    ],
)
def test_an_assertion_is_checked(
    org: DemoOrg, keys: tuple[bytes, bytes], claims: dict[str, object], refused: str | None
) -> None:
    answer = token(org, **assertion(org, keys[0], **claims))
    assert answer.ok if refused is None else refusal(answer) == refused


def test_a_registered_key_must_have_signed_the_assertion(org: DemoOrg, keys: tuple[bytes, bytes]) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    org.jwt_public_key = keys[1]
    assert token(org, **assertion(org, keys[0])).ok
    assert refusal(token(org, **assertion(org, forged))) == "invalid_grant"


def test_expired_tokens_are_answered_401_and_refresh_tokens_live_on(org: DemoOrg) -> None:
    granted = exchange(org, decide(org, "allow")["code"]).json()
    client = Api(org)
    org.expire_tokens()
    assert error(client.get("/limits")) == (401, "INVALID_SESSION_ID", "Session expired or invalid")
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]} | app(org)
    assert opens(org, token(org, **form).json()["access_token"])


def test_a_revoked_refresh_token_takes_its_access_tokens_along(org: DemoOrg) -> None:
    granted = exchange(org, decide(org, "allow")["code"]).json()
    revoke = f"{org.url}/services/oauth2/revoke"
    assert requests.post(revoke, data={"token": granted["refresh_token"]}, timeout=20).ok
    assert not opens(org, granted["access_token"])
    assert not requests.post(revoke, data={"token": granted["refresh_token"]}, timeout=20).ok


def test_a_token_says_who_it_belongs_to(shared_org: DemoOrg, api: Api) -> None:
    identity = api.session.get(f"{shared_org.url}/id/{shared_org.org_id}/{shared_org.user_id}", timeout=20)
    assert identity.json()["username"] == shared_org.username
    assert api.get("/services/oauth2/userinfo").json()["organization_id"] == shared_org.org_id
    access = str(api.session.headers["Authorization"]).removeprefix("Bearer ")
    introspect = f"{shared_org.url}/services/oauth2/introspect"
    assert requests.post(introspect, data=app(shared_org) | {"token": access}, timeout=20).json()["active"]
    assert requests.post(introspect, data=app(shared_org) | {"token": "x"}, timeout=20).json() == {
        "active": False
    }


def test_the_soap_login_is_gone_in_version_65(shared_org: DemoOrg) -> None:
    body = (
        f"<x><n1:username>{shared_org.username}</n1:username>"
        f"<n1:password>{shared_org.password}{shared_org.security_token}</n1:password></x>"
    )
    assert "<sessionId>" in requests.post(f"{shared_org.url}{LEGACY}", body, timeout=20).text
    gone = requests.post(f"{shared_org.url}/services/Soap/u/65.0", body, timeout=20)
    assert (gone.status_code, "UNSUPPORTED_API_VERSION" in gone.text) == (500, True)
    wrong = requests.post(f"{shared_org.url}{LEGACY}", body.replace("password>", "passwort>"), timeout=20)
    assert (wrong.status_code, "INVALID_LOGIN" in wrong.text) == (500, True)
