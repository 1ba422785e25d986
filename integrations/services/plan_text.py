"""A plan as signed text, so that what the confirm dialog shows is what starts: nothing is counted again."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from integrations.models import ImportPhase, SalesforceConnection
from integrations.services.plans import ImportPlan

_SALT = "integrations.plan"
# Counts that are older than an hour are asked for again.
_SECONDS = 3600
_PHASE = ("kind", "sobject", "selection", "expected", "order")


def write(plan: ImportPlan) -> str:
    """The plan with a token of its own."""
    value = {
        "connection": plan.connection.pk,
        "group": plan.record_group,
        "campaign": [plan.campaign_id, plan.campaign_name],
        "cutoff": plan.cutoff.isoformat() if plan.cutoff else None,
        "phases": [[getattr(phase, name) for name in _PHASE] for phase in plan.phases],
        "calls": [plan.api_calls, plan.calls_left],
        "warnings": plan.warnings,
        "token": uuid4().hex,
    }
    return signing.dumps(value, salt=_SALT, compress=True)


def read(text: str, *, connection: SalesforceConnection) -> tuple[ImportPlan, UUID]:
    """The plan and its token; Refused when the text is too old, of another connection or not ours."""
    try:
        value = signing.loads(text, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        raise _stale() from None
    if value["connection"] != connection.pk:
        raise _stale()
    return _plan(value, connection), UUID(value["token"])


def _plan(value: dict[str, Any], connection: SalesforceConnection) -> ImportPlan:
    return ImportPlan(
        connection=connection,
        record_group=value["group"],
        campaign_id=value["campaign"][0],
        campaign_name=value["campaign"][1],
        cutoff=datetime.fromisoformat(value["cutoff"]) if value["cutoff"] else None,
        phases=[ImportPhase(**dict(zip(_PHASE, phase, strict=True))) for phase in value["phases"]],
        api_calls=value["calls"][0],
        calls_left=value["calls"][1],
        warnings=value["warnings"],
    )


def _stale() -> Refused:
    return Refused(
        _("These counts are too old or not from this page."),
        _("Choose the records again to count them anew."),
    )
