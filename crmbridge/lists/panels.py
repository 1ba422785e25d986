"""The lists that a contact or a company is on, on its page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crmbridge.panels import Panel, register
from crmbridge.properties.models import RecordKind


def _shown(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The panel asks for its lists when the page is there, so that nobody waits for them."""
    return {"kind": record.KIND} if request.user.has_perm("lists.view_list") else None


for kind in RecordKind:
    register(kind, Panel("lists", _("Lists"), "lists/panel.html", _shown, order=80))
