"""Writes of properties."""

from typing import Any

from django.apps import apps
from django.utils.translation import override

from crmbridge.properties.models import Property, RecordKind, StandardProperty


def save_standard_properties(**kwargs: Any) -> None:
    """Writes the standard properties that the record models declare; labels and order follow the code."""
    if kwargs.get("app_config") is not None and kwargs["app_config"].label != "properties":
        return
    with override("en"):
        for kind, model in (
            (RecordKind.CONTACT, "contacts.Contact"),
            (RecordKind.COMPANY, "companies.Company"),
        ):
            _save(kind=kind, standard=apps.get_model(model).STANDARD_PROPERTIES)


def _save(*, kind: str, standard: list[StandardProperty]) -> None:
    rows = [
        Property(
            kind=kind,
            name=item.name,
            label=str(item.label),
            type=item.type,
            group=str(item.group),
            is_standard=True,
            order=order,
        )
        for order, item in enumerate(standard)
    ]
    Property.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "name"],
        update_fields=["label", "type", "group", "order", "is_standard"],
    )
