"""Field mappings as JSON: exported in a stable order, imported after a look at what would change."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from crmbridge.errors import Refused
from crmbridge.properties.models import Property, RecordKind
from integrations.models import FieldMapping, SalesforceConnection, SyncRule
from integrations.services import mapping_edit
from integrations.services.mapping_table import SOBJECTS

_FIELDS = ("lead_field", "contact_field", "account_field")


@dataclass(frozen=True)
class Difference:
    """One mapping that differs: what it is now and what it would be, None where there is none."""

    kind: str
    property: str
    now: dict[str, str] | None
    then: dict[str, str] | None

    def __str__(self) -> str:
        sign = "+" if self.now is None else "-" if self.then is None else "~"
        shown = [_told(part) for part in (self.now, self.then) if part is not None]
        return f"{sign} {self.kind}.{self.property}: {' → '.join(shown)}"


def export(*, connection: SalesforceConnection, kind: str | None = None) -> str:
    """All mappings as JSON text, one a line, in the order of their names, so that two exports compare well."""
    lines = [
        json.dumps({"kind": key[0], "property": key[1], **value}, ensure_ascii=False)
        for key, value in sorted(_here(connection, kind).items())
    ]
    return '{"mappings": [\n' + ",\n".join(lines) + "\n]}\n"


def compare(*, connection: SalesforceConnection, text: str) -> list[Difference]:
    """What an import of the text would change; Refused with a sentence if it cannot be read."""
    wanted = _read(text)
    here = _here(connection, None)
    kinds = {kind for kind, _name in wanted}
    concerned = {key: value for key, value in here.items() if key[0] in kinds}
    return [
        Difference(kind=key[0], property=key[1], now=concerned.get(key), then=wanted.get(key))
        for key in sorted(set(concerned) | set(wanted))
        if concerned.get(key) != wanted.get(key)
    ]


def apply(*, connection: SalesforceConnection, text: str, by: User | None = None) -> list[Difference]:
    """Makes the mappings as the text has them, all in one transaction; Refused with all that is wrong."""
    with transaction.atomic():
        SalesforceConnection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        differences, wrong = compare(connection=connection, text=text), []
        for item in differences:
            try:
                _apply(connection, item, by)
            except Refused as refusal:
                wrong.append(f"{item.kind}.{item.property}: {refusal}")
        if wrong:
            raise Refused(" ".join(wrong), _("Nothing was changed."))
    return differences


def _apply(connection: SalesforceConnection, item: Difference, by: User | None) -> None:
    target = Property.objects.active(item.kind).filter(name=item.property).first()
    if target is None:
        raise Refused(_("There is no such property."))
    mapping = FieldMapping.objects.filter(connection=connection, property=target).first()
    if item.then is None:
        assert mapping is not None
        mapping_edit.remove(mapping=mapping)
        return
    fields, rule = {name: item.then.get(name, "") for name in _FIELDS}, item.then["rule"]
    if mapping is None:
        mapping_edit.add(connection=connection, target=target, fields=fields, rule=rule, by=by)
    else:
        mapping_edit.change(mapping=mapping, fields=fields, rule=rule, by=by)


def _here(connection: SalesforceConnection, kind: str | None) -> dict[tuple[str, str], dict[str, str]]:
    found = FieldMapping.objects.filter(connection=connection, property__archived_at=None)
    if kind is not None:
        found = found.filter(property__kind=kind)
    return {
        (item.property.kind, item.property.name): _fields(
            {name: getattr(item, name) for name in _FIELDS} | {"rule": item.rule}
        )
        for item in found.select_related("property")
    }


def _fields(given: dict[str, Any]) -> dict[str, str]:
    return {name: str(given[name]) for name in (*_FIELDS, "rule") if given.get(name)}


def _read(text: str) -> dict[tuple[str, str], dict[str, str]]:
    try:
        rows = json.loads(text)["mappings"]
        wanted = {(str(row["kind"]), str(row["property"])): _fields(row) for row in rows}
    except (ValueError, KeyError, TypeError):
        raise Refused(
            _("The file holds no mappings."), _("Export mappings to see what such a file looks like.")
        ) from None
    for (kind, name), fields in wanted.items():
        if not _is_sound(kind, fields):
            raise Refused(_("The mapping of %(name)s cannot be read.") % {"name": f"{kind}.{name}"})
    return wanted


def _told(part: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in part.items())


def _is_sound(kind: str, fields: dict[str, str]) -> bool:
    if kind not in RecordKind.values or fields.get("rule") not in SyncRule.values:
        return False
    allowed = {mapping_edit.column_of(sobject) for sobject in SOBJECTS[RecordKind(kind)]}
    return set(fields) - {"rule"} <= allowed
