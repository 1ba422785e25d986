"""Which error an OAuth answer means. Salesforce says most with one code, `invalid_grant`, and a few words."""

from .family import ConfigProblem, NeedsReconnect, SalesforceError

# Words in the description → the sentence that explains them; the first that fits counts.
_BY_WORDS = (
    ("authorization code", "expired_code"),
    ("access/refresh token", "NEEDS_RECONNECT"),
    ("token validity expired", "NEEDS_RECONNECT"),
    ("inactive user", "inactive_user"),
    ("user is locked", "inactive_user"),
    ("inactive org", "inactive_org"),
    ("approved", "user_not_approved"),
    ("ip restricted", "ip_restricted"),
    ("ip not allowed", "ip_restricted"),
    ("restricted time", "ip_restricted"),
    ("restricted domain", "ip_restricted"),
    ("audience", "invalid_audience"),
    ("assertion", "invalid_assertion"),
    ("client credentials user", "no_run_as_user"),
    ("client credentials flow", "no_run_as_user"),
    ("not supported on this domain", "needs_my_domain"),
)
_BY_CODE = {
    "access_denied": "access_denied",
    "inactive_user": "inactive_user",
    "inactive_org": "inactive_org",
    "invalid_client": "invalid_client",
    "invalid_client_credentials": "invalid_client",
    "invalid_client_id": "invalid_client_id",
    "invalid_app_access": "user_not_approved",
    "invalid_assertion_type": "invalid_assertion",
    "invalid_scope": "invalid_scope",
    "redirect_uri_mismatch": "redirect_uri_mismatch",
    "redirect_uri_missing": "redirect_uri_mismatch",
    "unauthorized_client": "unsupported_grant_type",
    "unsupported_grant_type": "unsupported_grant_type",
    "invalid_grant": "sign_in_refused",
    "app_not_found": "app_not_installed",
    "OAUTH_APP_BLOCKED": "app_not_installed",
    "OAUTH_APP_ACCESS_DENIED": "user_not_approved",
    "OAUTH_APPROVAL_ERROR_GENERIC": "sign_in_refused",
    "OAUTH_EC_APP_NOT_FOUND": "app_not_installed",
    "OAUTH_AUTHORIZATION_BLOCKED": "app_not_installed",
}
# A person can mend these by signing in again; the others need a change in the settings first.
_SIGN_IN_AGAIN = frozenset(
    {"NEEDS_RECONNECT", "expired_code", "access_denied", "inactive_user", "sign_in_refused"}
)


def sign_in_error(code: str, text: str) -> SalesforceError | None:
    """The error that an OAuth code and description mean; None when the code is not one of OAuth's."""
    if code not in _BY_CODE:
        return None
    words = text.lower()
    sentence = next((sentence for part, sentence in _BY_WORDS if part in words), _BY_CODE[code])
    error_class = NeedsReconnect if sentence in _SIGN_IN_AGAIN else ConfigProblem
    return error_class(code, raw=text, sentence=sentence)
