"""What is to be said of a mapping before it is saved, and of one whose field has changed since: all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType
from integrations.mapping.compatibility import COMPOUND_TYPES, UNMAPPABLE_TYPES, fits, loses_detail
from integrations.models import SyncRule
from integrations.salesforce.describe import Describe, Field

ERROR, WARNING, NOTE = "error", "warning", "note"
_CALCULATED_RULES = (SyncRule.ALWAYS_SALESFORCE, SyncRule.DONT_SYNC)
_CHOICES = (PropertyType.CHOICE, PropertyType.MULTIPLE_CHOICE)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing; an error keeps the mapping from being saved, or pauses it."""

    level: str
    code: str
    sentence: str
    # Values of a picklist that the property lacks.
    options: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Side:
    """The field of one object; `field` is None if the connected user cannot see it."""

    sobject: str
    name: str
    field: Field | None
    describe: Describe | None


def check(target: Property, sides: Sequence[Side], rule: str) -> list[Finding]:
    """Everything that can be said of the mapping, errors first."""
    if not sides:
        return [Finding(ERROR, "no_field", _("Choose a Salesforce field."))]
    found = [finding for side in sides for finding in of_side(target, side, rule)]
    found += _options(target, sides)
    return sorted(found, key=lambda finding: (ERROR, WARNING, NOTE).index(finding.level))


def of_side(target: Property, side: Side, rule: str) -> list[Finding]:
    """What can be said of one field."""
    field, names = side.field, {"field": side.name, "object": side.sobject}
    if field is None:
        if side.describe is None:
            return []
        return [
            Finding(
                ERROR,
                "unreadable",
                _("The Salesforce user cannot read %(object)s.%(field)s. Give it read permission there.")
                % names,
            )
        ]
    if field.type in UNMAPPABLE_TYPES:
        return [_unmappable(side, field)]
    found = []
    types = {"from": field.type, "to": target.get_type_display(), **names}
    if not fits(field.type, target.type):
        told = _("%(object)s.%(field)s is of the type %(from)s, which does not fit the type %(to)s.") % types
        return [Finding(ERROR, "type", told)]
    if loses_detail(field.type, target.type):
        told = _("%(object)s.%(field)s is of the type %(from)s: as %(to)s it loses detail.") % types
        found.append(Finding(WARNING, "format", told))
    if field.calculated and rule not in _CALCULATED_RULES:
        told = _("%(object)s.%(field)s is calculated in Salesforce: choose Always use Salesforce.") % names
        found.append(Finding(ERROR, "calculated", told))
    if rule == SyncRule.TWO_WAY and not field.updateable and not field.calculated:
        told = (
            _("%(object)s.%(field)s cannot be changed by the Salesforce user: Two-way cannot write it.")
            % names
        )
        found.append(Finding(WARNING, "not_updateable", told))
    if target.max_length and field.length > target.max_length:
        lengths = {"length": field.length, "most": target.max_length, **names}
        told = _(
            "%(object)s.%(field)s may have %(length)s letters, the property %(most)s: "
            "longer values are told as problems."
        )
        found.append(Finding(WARNING, "length", told % lengths))
    return found


def _unmappable(side: Side, field: Field) -> Finding:
    parts = (
        [part.name for part in side.describe.fields if part.compound_field_name == field.name]
        if side.describe
        else []
    )
    if field.type in COMPOUND_TYPES and parts:
        told = _("%(object)s.%(field)s cannot be mapped as a whole. Map its parts: %(parts)s.")
    else:
        told = _("%(object)s.%(field)s cannot be mapped: its type is %(type)s.")
    names: dict[str, Any] = {
        "object": side.sobject,
        "field": side.name,
        "parts": ", ".join(parts),
        "type": field.type,
    }
    return Finding(ERROR, "unmappable", told % names)


def _options(target: Property, sides: Sequence[Side]) -> list[Finding]:
    """Picklist values beside the options of the property; a property without options takes any value."""
    if target.type not in _CHOICES:
        return []
    there = {
        value.value: value.label
        for side in sides
        if side.field is not None
        for value in side.field.picklist_values
        if value.active
    }
    here = {option["value"] for option in target.options}
    lacking = tuple({"value": value, "label": label} for value, label in there.items() if value not in here)
    found = []
    if lacking and target.options:
        told = _("The property lacks %(count)s values of the picklist: %(values)s.")
        values = ", ".join(option["value"] for option in lacking[:5]) + ("…" if len(lacking) > 5 else "")
        found.append(
            Finding(NOTE, "options_lacking", told % {"count": len(lacking), "values": values}, lacking)
        )
    gone = sorted(here - set(there)) if there else []
    if gone:
        told = _("These options are not in the picklist: %(values)s.")
        found.append(Finding(NOTE, "options_gone", told % {"values": ", ".join(gone[:5])}))
    return found
