"""Values of custom properties: as form fields, as text that people write, as the bag holds them."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from crmbridge.properties.fields import LongTextField, validate_digits
from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType

_UNKNOWN, _YES, _NO = "", "true", "false"


def form_field(item: Property, *, current: Any = None) -> forms.Field:
    """The field of a form for the property; a current value that is no option any more can be kept."""
    options: dict[str, Any] = {"label": item.display_label, "required": False, "help_text": item.description}
    if item.type == PropertyType.NUMBER:
        field = forms.DecimalField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
        field.validators = [*field.validators, validate_digits]
        return field
    if item.type == PropertyType.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)
    if item.type == PropertyType.DATETIME:
        attrs = {"type": "datetime-local", "step": "1"}
        return forms.DateTimeField(
            widget=forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M:%S"), **options
        )
    if item.type == PropertyType.YES_NO:
        choices = [(_UNKNOWN, _("Unknown")), (_YES, _("Yes")), (_NO, _("No"))]
        return forms.TypedChoiceField(
            choices=choices, coerce=lambda text: text == _YES, empty_value=None, **options
        )
    if item.type == PropertyType.MULTIPLE_CHOICE:
        return forms.MultipleChoiceField(choices=_choices(item, current or []), **options)
    if item.type == PropertyType.CHOICE and item.options:
        held = [current] if current else []
        return forms.ChoiceField(choices=[("", "—"), *_choices(item, held)], **options)
    text = LongTextField if item.type == PropertyType.LONG_TEXT else forms.CharField
    return text(max_length=item.max_length, **options)


def _choices(item: Property, held: list[Any]) -> list[tuple[str, str]]:
    options = [(option["value"], option["label"] or option["value"]) for option in item.options]
    known = {value for value, _label in options}
    return options + [(value, value) for value in map(str, held) if value not in known]


def to_form(item: Property, stored: Any) -> Any:
    """What the form shows of what the bag holds."""
    if stored is None:
        return None
    if item.type == PropertyType.YES_NO:
        return _YES if stored is True else _NO
    if item.type == PropertyType.DATE:
        return parse_date(str(stored)) or stored
    if item.type == PropertyType.DATETIME:
        return parse_datetime(str(stored)) or stored
    return stored


def to_bag(value: Any) -> Any:
    """What the bag holds of a cleaned value; None where it is blank."""
    if value in (None, "", []):
        return None
    return value.isoformat() if isinstance(value, date | datetime) else value


def parse(item: Property, text: str) -> Any:
    """The text that a person wrote as the bag holds it; ValidationError with a sentence if it does not fit."""
    text = text.strip()
    if not text:
        return None
    if item.type == PropertyType.YES_NO:
        words = {"yes": True, "no": False, "true": True, "false": False, _("yes"): True, _("no"): False}
        if text.casefold() not in words:
            raise ValidationError(_("Enter yes or no."))
        return words[text.casefold()]
    if item.type == PropertyType.MULTIPLE_CHOICE:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        return to_bag(form_field(item).clean(parts)) if item.options else parts
    return to_bag(form_field(item).clean(text))
