"""The mappings that use a property, and what they have against its having another type."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crmbridge.properties.models import RecordKind
from crmbridge.properties.uses import Use
from integrations.mapping.compatibility import fits
from integrations.models import FieldMapping
from integrations.services import mapping_edit

_TABLES = {RecordKind.CONTACT: "contacts", RecordKind.COMPANY: "companies"}


def of(properties: Iterable[int]) -> dict[int, list[Use]]:
    """The mapping of each property that has one."""
    found = defaultdict[int, list[Use]](list)
    for mapping in FieldMapping.objects.filter(property__in=list(properties)).select_related("property"):
        url = reverse(f"admin:integrations_fieldmapping_{_TABLES[RecordKind(mapping.property.kind)]}")
        field = mapping.account_field or mapping.contact_field or mapping.lead_field
        found[mapping.property_id].append(
            Use(label=_("mapping of %(field)s") % {"field": field}, url=f"{url}?q={mapping.property.name}")
        )
    return found


def against_type(item: Any, type: str) -> str:
    """The field that does not fit the type, in a sentence; "" if all do."""
    for mapping in FieldMapping.objects.filter(property=item).select_related("connection"):
        described = mapping_edit.describes(mapping.connection, item.kind)
        fields = {name: getattr(mapping, name) for name in ("lead_field", "contact_field", "account_field")}
        for side in mapping_edit.sides(fields, kind=item.kind, described=described):
            if side.field is not None and not fits(side.field.type, type):
                told = _(
                    "%(object)s.%(field)s feeds it and is of the type %(type)s. Change the mapping first."
                )
                return told % {"object": side.sobject, "field": side.name, "type": side.field.type}
    return ""
