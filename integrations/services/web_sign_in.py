"""Signing in through the browser: what is kept between going to Salesforce and coming back."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from crmbridge.crypto import CredentialsUnreadable, decrypt, encrypt
from crmbridge.errors import Refused
from integrations.models import SalesforceConnection
from integrations.salesforce.auth import new_code_verifier, new_state
from integrations.salesforce.errors import error_from
from integrations.services import connect

_SECONDS = 600


@dataclass(frozen=True, repr=False)
class _Pending:
    """A sign-in that has begun; `begun` in seconds since 1970."""

    login_url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    state: str
    code_verifier: str
    begun: float


@sensitive_variables()
def begin(*, login_url: str, client_id: str, client_secret: str, redirect_uri: str) -> tuple[str, str]:
    """The address of the sign-in page, and what to keep until the answer comes.

    What is kept is encrypted, because it holds the app's secret; it belongs into the person's session.
    """
    pending = _Pending(
        login_url=login_url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        state=new_state(),
        code_verifier=new_code_verifier(),
        begun=time.time(),
    )
    address = connect.web_sign_in_url(
        login_url=login_url,
        client_id=client_id,
        redirect_uri=redirect_uri,
        state=pending.state,
        code_verifier=pending.code_verifier,
    )
    return address, encrypt(json.dumps(asdict(pending)))


@sensitive_variables()
def finish(*, kept: str | None, answer: Mapping[str, str], by: User | None = None) -> SalesforceConnection:
    """Connects with the answer that came back for what was kept.

    Refused when the answer is late or belongs to another sign-in; SalesforceError when Salesforce said no.
    """
    pending = _pending(kept)
    if pending is None or not constant_time_compare(answer.get("state", ""), pending.state):
        raise Refused(
            _("This sign-in has expired, was used already or was begun in another browser."),
            _("Begin again; a sign-in has to be finished within ten minutes, in the same browser."),
        )
    if refusal := answer.get("error"):
        raise error_from(code=refusal, text=answer.get("error_description", ""))
    return connect.with_code(
        login_url=pending.login_url,
        client_id=pending.client_id,
        client_secret=pending.client_secret,
        redirect_uri=pending.redirect_uri,
        code=answer.get("code", ""),
        code_verifier=pending.code_verifier,
        by=by,
    )


def _pending(kept: str | None) -> _Pending | None:
    """The sign-in that was begun, unless it is too long ago or cannot be read."""
    if not kept:
        return None
    try:
        pending = _Pending(**json.loads(decrypt(kept)))
    except CredentialsUnreadable:
        return None
    return pending if time.time() - pending.begun < _SECONDS else None
