"""Adding, changing and removing field mappings; what is wrong with one is told all at once."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.properties import editing
from crmbridge.properties.models import Property, RecordKind
from crmbridge.properties.types import PropertyType
from integrations.mapping.compatibility import property_types
from integrations.models import FieldMapping, SalesforceConnection, SalesforceObject
from integrations.salesforce.describe import Describe, Field, parse_describe
from integrations.services.mapping_checks import ERROR, NOTE, WARNING, Finding, Side, check
from integrations.services.mapping_table import SOBJECTS


def column_of(sobject: str) -> str:
    """The column of a mapping that names the field of an object."""
    return f"{sobject.lower()}_field"


def describes(connection: SalesforceConnection, kind: str) -> dict[str, Describe]:
    """The kept describes of the objects that feed one kind of record."""
    kept = SalesforceObject.objects.filter(connection=connection, name__in=SOBJECTS[RecordKind(kind)])
    return {item.name: parse_describe(item.describe) for item in kept}


def sides(fields: Mapping[str, str], *, kind: str, described: Mapping[str, Describe]) -> list[Side]:
    """The fields that a mapping names, as the org describes them; `fields` by column (`lead_field` …)."""
    found = []
    for sobject in SOBJECTS[RecordKind(kind)]:
        name, describe = fields.get(column_of(sobject), ""), described.get(sobject)
        if name:
            field = next((item for item in describe.fields if item.name == name), None) if describe else None
            found.append(Side(sobject=sobject, name=name, field=field, describe=describe))
    return found


def findings(
    *,
    connection: SalesforceConnection,
    target: Property,
    fields: Mapping[str, str],
    rule: str,
    mapping: FieldMapping | None = None,
) -> list[Finding]:
    """Everything that can be said of the mapping, with what other mappings have to do with it."""
    described = describes(connection, target.kind)
    chosen = sides(fields, kind=target.kind, described=described)
    found = check(target, chosen, rule)
    others = FieldMapping.objects.filter(connection=connection, property__kind=target.kind)
    others = others.exclude(pk=mapping.pk if mapping else 0).select_related("property")
    if any(other.property_id == target.pk for other in others):
        told = _("The property %(label)s is mapped already. Change that mapping instead.")
        found.insert(0, Finding(ERROR, "mapped", told % {"label": target.display_label}))
    for side in chosen:
        doubles = [
            other.property.display_label
            for other in others
            if getattr(other, column_of(side.sobject)) == side.name
        ]
        if doubles:
            told = _("%(object)s.%(field)s feeds another property as well: %(labels)s.")
            names = {"object": side.sobject, "field": side.name, "labels": ", ".join(doubles)}
            found.append(Finding(WARNING, "feeds_another", told % names))
    return found


def add(
    *,
    connection: SalesforceConnection,
    target: Property,
    fields: Mapping[str, str],
    rule: str,
    by: User | None = None,
    with_options: bool = True,
) -> FieldMapping:
    """A new mapping; Refused with all errors if there are any."""
    mapping = FieldMapping(connection=connection, property=target)
    return _save(mapping, fields=fields, rule=rule, by=by, with_options=with_options)


def change(
    *,
    mapping: FieldMapping,
    fields: Mapping[str, str],
    rule: str,
    by: User | None = None,
    with_options: bool = True,
) -> FieldMapping:
    """Other fields or another rule; a default that somebody changed is not completed by itself any more."""
    return _save(mapping, fields=fields, rule=rule, by=by, with_options=with_options)


def remove(*, mapping: FieldMapping) -> None:
    """Removes a custom mapping; what it brought stays. A standard one is Refused."""
    if mapping.is_default:
        raise Refused(
            _("A standard mapping cannot be removed."), _("To let nothing through it, choose Don't sync.")
        )
    mapping.delete()


def create_property(*, connection: SalesforceConnection, kind: str, fields: Mapping[str, str]) -> Property:
    """A custom property of the type, label and options that fit the first of the fields best."""
    chosen = sides(fields, kind=kind, described=describes(connection, kind))
    field = next((side.field for side in chosen if side.field is not None), None)
    if field is None:
        raise Refused(_("Choose a Salesforce field."))
    return editing.create(
        kind=kind,
        label=field.label,
        name=editing.proposed_name(field.name.removesuffix("__c"), kind=kind),
        type=best_type(field),
        options=options_of(field),
    )


def best_type(field: Field) -> PropertyType:
    """The type of property that fits the field best; Refused for a field that cannot be mapped."""
    types = property_types(field.type)
    if not types:
        raise Refused(_("A field of the type %(type)s cannot be mapped.") % {"type": field.type})
    return types[0]


def options_of(field: Field) -> list[dict[str, str]]:
    """The active values of a picklist as options."""
    return [{"value": item.value, "label": item.label} for item in field.picklist_values if item.active]


def _save(
    mapping: FieldMapping, *, fields: Mapping[str, str], rule: str, by: User | None, with_options: bool
) -> FieldMapping:
    target, connection = mapping.property, mapping.connection
    found = findings(
        connection=connection,
        target=target,
        fields=fields,
        rule=rule,
        mapping=mapping if mapping.pk else None,
    )
    refuse(found)
    described = describes(connection, target.kind)
    for sobject in SOBJECTS[RecordKind(target.kind)]:
        setattr(mapping, column_of(sobject), fields.get(column_of(sobject), ""))
        setattr(mapping, f"{sobject.lower()}_type", "")
    for side in sides(fields, kind=target.kind, described=described):
        setattr(mapping, f"{side.sobject.lower()}_type", side.field.type if side.field else "")
    mapping.rule, mapping.edited_at, mapping.edited_by = rule, timezone.now(), by
    try:
        with transaction.atomic():
            if with_options:
                _add_options(target, found)
            mapping.save()
    except IntegrityError as error:
        if "one_mapping_a_property" not in str(error):
            raise
        raise Refused(
            _("The property %(label)s is mapped already.") % {"label": target.display_label}
        ) from None
    return mapping


def refuse(found: Sequence[Finding]) -> None:
    """Refused with the sentences of all errors."""
    errors = [finding.sentence for finding in found if finding.level == ERROR]
    if errors:
        raise Refused(" ".join(errors))


def _add_options(target: Property, found: Sequence[Finding]) -> None:
    lacking = [option for finding in found for option in finding.options]
    if lacking:
        locked = Property.objects.select_for_update().get(pk=target.pk)
        known = {option["value"] for option in locked.options}
        locked.options += [option for option in lacking if option["value"] not in known]
        locked.save(update_fields=["options"])


def of_new_property(
    *, connection: SalesforceConnection, kind: str, fields: Mapping[str, str], rule: str
) -> list[Finding]:
    """What can be said of a mapping whose property is yet to be made, and what it would be."""
    described = describes(connection, kind)
    chosen = sides(fields, kind=kind, described=described)
    field = next((side.field for side in chosen if side.field is not None), None)
    if field is None:
        return check(Property(kind=kind), chosen, rule)
    try:
        made = Property(kind=kind, label=field.label, type=best_type(field), options=options_of(field))
    except Refused as refusal:
        return [Finding(ERROR, "unmappable", str(refusal))]
    told = _("The property “%(label)s” of the type %(type)s will be made.")
    names = {"label": made.label, "type": made.get_type_display()}
    return [*check(made, chosen, rule), Finding(NOTE, "new_property", told % names)]
