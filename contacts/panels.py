"""What contacts add to the page of a company."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from crmbridge.panels import Panel, register
from crmbridge.properties.models import RecordKind

CONTACTS_SHOWN = 20


def _contacts_of(request: HttpRequest, company: Any) -> dict[str, Any] | None:
    """The first contacts of a company and whether there are more."""
    if not request.user.has_perm("contacts.view_contact"):
        return None
    contacts = list(Contact.objects.filter(company=company).order_by("-id")[: CONTACTS_SHOWN + 1])
    return {"contacts": contacts[:CONTACTS_SHOWN], "has_more": len(contacts) > CONTACTS_SHOWN}


register(
    RecordKind.COMPANY, Panel("contacts", _("Contacts"), "contacts/of_company.html", _contacts_of, order=20)
)
