"""The assertion of the JWT bearer flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

from integrations.sandbox.oauth.errors import OAuthError, invalid_grant

if TYPE_CHECKING:
    from integrations.sandbox.org import DemoOrg

LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
REQUIRED = ["iss", "sub", "aud", "exp"]


def check_assertion(org: DemoOrg, assertion: str) -> None:
    """Accepts an assertion for this app and this user. Raises OAuthError.

    The signature is checked when the org has a public key; issuer, audience and expiry always are.
    """
    try:
        claims = _claims(org, assertion)
    except jwt.InvalidIssuerError:
        raise OAuthError("invalid_client_id", "client identifier invalid") from None
    except jwt.InvalidAudienceError:
        raise invalid_grant("audience is invalid") from None
    except jwt.ExpiredSignatureError:
        raise invalid_grant("expired authorization code") from None
    except jwt.InvalidTokenError:
        raise invalid_grant("invalid assertion") from None
    if claims["sub"] != org.username:
        raise invalid_grant("user hasn't approved this consumer")


def _claims(org: DemoOrg, assertion: str) -> dict[str, Any]:
    signed = org.jwt_public_key is not None
    return jwt.decode(
        assertion,
        org.jwt_public_key or "",
        algorithms=["RS256"],
        issuer=org.client_id,
        audience=[org.url, *LOGIN_HOSTS],
        options={
            "require": REQUIRED,
            "verify_signature": signed,
            "verify_exp": True,
            "verify_aud": True,
            "verify_iss": True,
        },
    )
