"""Creating, changing, archiving and restoring properties."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.properties.conversions import MODELS
from crmbridge.properties.models import Property, RecordKind

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def proposed_name(label: str, *, kind: str) -> str:
    """A free name made of the label; "" if it has no letters of a name, as most Japanese labels."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50]
    if not base or not base[0].isalpha():
        return ""
    taken = _taken(kind)
    return next(
        name for name in (base, *(f"{base}_{number}" for number in range(2, 1000))) if name not in taken
    )


def create(
    *,
    kind: str,
    label: str,
    type: str,
    name: str = "",
    group: str = "",
    description: str = "",
    options: Iterable[dict[str, str]] = (),
    max_length: int | None = None,
) -> Property:
    """A new custom property, last of its group; ValidationError by field if something is wrong with it."""
    name = name or proposed_name(label, kind=kind)
    if not name:
        raise ValidationError({"name": _("Enter a name of small letters a to z, digits and underscores.")})
    check_name(name, kind=kind)
    last = Property.objects.filter(kind=kind).aggregate(last=Max("order"))["last"] or 0
    item = Property(
        kind=kind,
        name=name,
        label=label,
        type=type,
        group=group,
        description=description,
        options=list(options),
        max_length=max_length,
        order=max(last + 1, 1000),
    )
    item.full_clean()
    item.save()
    return item


def check_name(name: str, *, kind: str) -> None:
    """Raises ValidationError if no new property can have the name."""
    if not _NAME.match(name):
        raise ValidationError({"name": _("Enter a name of small letters a to z, digits and underscores.")})
    if name in _taken(kind):
        raise ValidationError({"name": _("There is a property with this name already.")})


def archive(item: Property) -> None:
    """Hides a custom property everywhere; its values stay."""
    if item.is_standard:
        raise ValidationError(_("A standard property cannot be archived."))
    Property.objects.filter(pk=item.pk, archived_at=None).update(archived_at=timezone.now())


def restore(item: Property) -> None:
    """Brings an archived property back with its values."""
    Property.objects.filter(pk=item.pk).update(archived_at=None)


def move(item: Property, *, up: bool) -> None:
    """Moves a custom property by one place among those of its group."""
    with transaction.atomic():
        group = list(
            Property.objects.select_for_update()
            .filter(kind=item.kind, group=item.group, is_standard=False, archived_at=None)
            .order_by("order", "id")
        )
        place = next(number for number, other in enumerate(group) if other.pk == item.pk)
        target = place - 1 if up else place + 1
        if not 0 <= target < len(group):
            return
        orders = sorted({other.order for other in group})
        group.insert(target, group.pop(place))
        first = orders[0]
        for number, other in enumerate(group):
            other.order = first + number
        Property.objects.bulk_update(group, ["order"])


def _taken(kind: str) -> set[str]:
    """The names of properties, archived ones too, and of everything else that a record has."""
    model: Any = apps.get_model(MODELS[RecordKind(kind)])
    fields = {field.name for field in model._meta.get_fields()} | {
        field.column for field in model._meta.concrete_fields
    }
    names = set(Property.objects.filter(kind=kind).values_list("name", flat=True))
    return names | fields | set(dir(model))
