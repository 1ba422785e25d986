"""Salesforce's values as people read them: formatted by the type of their field, links to what is here."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from companies.models import Company
from contacts.models import Contact
from crmbridge.templatetags.crm import number
from integrations.models import SalesforceRecord

_NUMBERS = {"double", "int", "long", "currency", "percent"}
# Only addresses of the web become links: a field may hold "javascript:".
_WEB = ("http://", "https://")


def shown(value: Any, *, type: str, links: Mapping[str, Any]) -> Any:
    """The value as a page shows it; what does not fit its type stays as it came."""
    if value in (None, ""):
        return value
    text = str(value)
    if type == "boolean":
        return {"true": _("Yes"), "false": _("No")}.get(text.lower(), text)
    if type in _NUMBERS:
        return _number(text) + (" %" if type == "percent" else "")
    if type in ("date", "datetime"):
        return _moment(text, type)
    if type == "multipicklist":
        return ", ".join(text.split(";"))
    if type == "url" and text.startswith(_WEB):
        return format_html('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>', text)
    if type == "email":
        return format_html('<a href="mailto:{0}">{0}</a>', text)
    return links.get(text, text) if type == "reference" else text


def links_to(ids: Iterable[str], *, connection_id: int) -> dict[str, Any]:
    """For each Salesforce ID of a record that is here a link with its name; three queries however many there are."""
    records = SalesforceRecord.objects.filter(connection=connection_id, salesforce_id__in=set(ids))
    found = list(records.values_list("salesforce_id", "company_id", "contact_id"))
    companies = Company.objects.in_bulk({company for _id, company, _contact in found if company})
    contacts = Contact.objects.in_bulk({contact for _id, _company, contact in found if contact})
    links: dict[str, Any] = {}
    for salesforce_id, company_id, contact_id in found:
        if company_id in companies:
            links[salesforce_id] = _link("companies_company", companies[company_id])
        elif contact_id in contacts:
            links[salesforce_id] = _link("contacts_contact", contacts[contact_id])
    return links


def _link(name: str, record: Any) -> Any:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{name}_change", args=[record.pk]), record)


def _number(text: str) -> str:
    try:
        found = Decimal(text)  # the Bulk API writes 5.0E7
    except InvalidOperation:
        return text
    if not found.is_finite():
        return text
    return number(found)


def _moment(text: str, type: str) -> str:
    try:
        if type == "date":
            day = parse_date(text[:10])
            return date_format(day, "DATE_FORMAT") if day else text
        moment = parse_datetime(text)
        return date_format(localtime(moment), "DATETIME_FORMAT") if moment and moment.tzinfo else text
    except ValueError:
        return text
