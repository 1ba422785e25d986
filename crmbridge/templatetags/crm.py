"""What the console's templates share."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crmbridge.properties.types import PropertyType

register = template.Library()

# One colour for each state, everywhere.
TONES = {
    "connected": "good",
    "finished": "good",
    "linked": "good",
    "done": "good",
    "now": "busy",
    "running": "busy",
    "queued": "quiet",
    "next": "quiet",
    "parked": "warn",
    "reconnect": "warn",
    "duplicate": "warn",
    "waiting": "warn",
    "problem": "warn",
    "failed": "bad",
    "deleted": "bad",
}

SOBJECTS = {
    "Account": gettext_lazy("Account"),
    "Contact": gettext_lazy("Contact"),
    "Lead": gettext_lazy("Lead"),
    "Campaign": gettext_lazy("Campaign"),
}
BLANK = mark_safe('<span class="blank">–</span>')


@register.filter
def split(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.simple_tag
def state_badge(state: str, label: Any) -> SafeString:
    """A dot and a word."""
    return format_html('<span class="badge badge-{}">{}</span>', TONES.get(state, "quiet"), label)


@register.filter
def blank(value: Any) -> Any:
    """The value, or a dash when there is none."""
    return BLANK if value in (None, "") else value


@register.simple_tag
def joined(*values: Any) -> str:
    """The values that there are, with dots between them."""
    return " · ".join(str(value) for value in values if value not in (None, ""))


@register.simple_tag
def value_link(record: Any, field: str) -> SafeString | str:
    """The way to the history of one property and to why it is what it is."""
    name = field.removeprefix("custom_")
    links = {"company": "company_id", "parent": "parent_id"}
    opts = record._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_value", args=[record.pk, links.get(name, name)])
    label = _("History of this value, and why it is so")
    return format_html(
        '<a class="value-link" href="{}" hx-get="{}" hx-target="#history-card" title="{}" aria-label="{}">↺</a>',
        url,
        url,
        label,
        label,
    )


@register.simple_tag
def import_link(number: int | None) -> SafeString | str:
    """The import that made a record, linked to its page; or that a person created the record here."""
    if number is None:
        return _("Created here")
    url = reverse("admin:integrations_importrun_change", args=[number])
    return format_html('<a href="{}">{}</a>', url, _("Import %(number)s") % {"number": number})


def number(value: Decimal) -> str:
    """The number grouped as the reader's language does, without zeros behind its last digit."""
    plain = f"{value:f}"
    return number_format(plain.rstrip("0").rstrip(".") if "." in plain else plain, force_grouping=True)


@register.simple_tag
def property_value(property: Any, value: Any) -> Any:
    """A property's value in the reader's words."""
    if property.type == PropertyType.YES_NO and value is not None:
        return _("Yes") if value in (True, "true") else _("No")
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return blank(value)


@register.simple_tag
def sobject_label(name: str) -> Any:
    """A Salesforce object in the reader's words; its API name when it is none of the usual ones."""
    return SOBJECTS.get(name, name)


@register.simple_tag
def duration(seconds: float) -> str:
    """A span of time in its largest fitting unit."""
    if seconds < 90:
        return ngettext("%(number)s second", "%(number)s seconds", round(seconds)) % {
            "number": round(seconds)
        }
    if seconds < 5400:
        return ngettext("%(number)s minute", "%(number)s minutes", round(seconds / 60)) % {
            "number": round(seconds / 60)
        }
    return _("%(number)s hours") % {"number": round(seconds / 3600, 1)}


@register.simple_tag
def time_left(seconds: int) -> str:
    """About how long it still takes."""
    return _("about %(time)s left") % {"time": duration(seconds)}
