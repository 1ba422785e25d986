"""Older values back, from the history's text to the property's own type."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.properties.bag import changed
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property, PropertyChange
from crmbridge.properties.types import PropertyType


def restore(change: PropertyChange, *, record: Any, by: int | None) -> bool:
    """Gives the property the value that it had before the change, in the person's name; False if it has it already.

    Raises ValidationError with a sentence when the value cannot be had any more.
    """
    item = Property.objects.filter(kind=change.kind, name=change.property).first()
    if item is None or item.archived_at is not None:
        raise ValidationError(_("This property cannot be set back."))
    records = type(record)._default_manager.filter(pk=record.pk)
    value = _typed(item, record, change.old)
    now = getattr(record, item.name) if item.is_standard else record.properties.get(item.name)
    if now == value:
        return False
    new = {item.name: value} if item.is_standard else {"properties": changed({item.name: value})}
    try:
        with change_source(ChangeSource.USER, actor_id=by):
            records.update(**new, updated_at=timezone.now())
    except IntegrityError:
        raise ValidationError(
            _("Another record has this value by now: %(value)s.") % {"value": value}
        ) from None
    return True


def _typed(item: Property, record: Any, text: str | None) -> Any:
    if text is None:
        return None
    if item.is_standard:
        return record._meta.get_field(item.name).to_python(
            _truth(text) if item.type == PropertyType.YES_NO else text
        )
    try:
        if item.type == PropertyType.NUMBER:
            return Decimal(text)
        if item.type == PropertyType.MULTIPLE_CHOICE:
            return json.loads(text)
    except (InvalidOperation, ValueError):
        raise ValidationError(_("The value is of another type than the property has now.")) from None
    return _truth(text) if item.type == PropertyType.YES_NO else text


def _truth(text: str) -> bool:
    return text in ("true", "t")
