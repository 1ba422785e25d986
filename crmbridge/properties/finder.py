"""Finds records by the exact text of a custom property."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q

from crmbridge import search
from crmbridge.properties.conversions import MODELS
from crmbridge.properties.models import Property, RecordKind
from crmbridge.properties.types import TEXT_TYPES

# Records that share a value as common as "yes" are not what somebody looks for.
_MOST = 1_000


def register() -> None:
    """Adds the search to contacts and companies."""
    for kind in RecordKind:
        search.register_also(kind, "custom property", _finder(kind))


def _finder(kind: RecordKind) -> search.Finder:
    def find(term: str) -> Iterable[int]:
        texts = Property.objects.active(kind).filter(is_standard=False, type__in=TEXT_TYPES)
        names = list(texts.values_list("name", flat=True))
        if not names:
            return ()
        model: Any = apps.get_model(MODELS[kind])
        condition = Q()
        for name in names:
            condition |= Q(properties__contains={name: term})
        # The index holds only records that have custom properties, so the query must say so.
        found = model.objects.filter(condition).exclude(properties={}).order_by()
        return list(found.values_list("pk", flat=True)[:_MOST])

    return find
