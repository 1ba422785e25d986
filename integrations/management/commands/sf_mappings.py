"""manage.py sf_mappings"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from crmbridge.properties.models import Property, RecordKind
from integrations.management.follow import FollowCommand
from integrations.models import FieldMapping, SalesforceConnection, SyncRule
from integrations.services import backfill, connect, mapping_edit, mapping_json, mapping_table

_COLUMNS = {"lead": "lead_field", "contact": "contact_field", "account": "account_field"}


class Command(FollowCommand):
    """Everything that can be done with field mappings."""

    help: Any = gettext_lazy(
        "Lists, adds, changes, removes and checks field mappings, fills existing records through them, "
        "and exports and imports them as JSON."
    )
    examples = """
sf_mappings list company
sf_mappings add company tier --account Tier__c --rule prefer
sf_mappings add company --new --account Renewal_Date__c
sf_mappings change contact city --rule always
sf_mappings check company
sf_mappings preview company tier
sf_mappings backfill company tier --wait
sf_mappings export > mappings.json
sf_mappings import mappings.json --yes
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "what",
            choices=("list", "add", "change", "remove", "check", "preview", "backfill", "export", "import"),
            help=_("what to do"),
        )
        parser.add_argument(
            "kind", nargs="?", help=_("contact or company; for import the file, - for standard input")
        )
        parser.add_argument("property", nargs="?", default="", help=_("the name of the property"))
        for name in _COLUMNS:
            parser.add_argument(
                f"--{name}", metavar="FIELD", help=_("API name of the %(object)s field") % {"object": name}
            )
        parser.add_argument("--rule", choices=SyncRule.values, help=_("the sync rule"))
        parser.add_argument("--new", action="store_true", help=_("make a property that fits the field"))
        parser.add_argument(
            "--yes", action="store_true", help=_("import: change the mappings, do not only show")
        )

    def run(self, **options: Any) -> None:
        connection = connect.require_current()
        getattr(self, f"_{options['what']}")(connection, options)

    def _list(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        rows = mapping_table.rows(connection=connection, kind=_kind(options))
        told = [
            {
                "property": row.target.name,
                **{side.field: side.type for side in row.sides if side},
                "rule": row.rule.value,
                "paused": row.is_paused or row.has_unreadable,
            }
            for row in rows
        ]
        if options["json"]:
            self.say_json(told)
            return
        for row in rows:
            fields = " / ".join(side.field if side else "–" for side in row.sides)
            state = _("paused") if row.is_paused or row.has_unreadable else ""
            self.say(f"{row.target.name:24} {fields:44} {row.rule.value:8} {state}".rstrip())

    def _add(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        kind, fields = _kind(options), _fields(options)
        if options["new"]:
            target = mapping_edit.create_property(connection=connection, kind=kind, fields=fields)
        else:
            target = _property(kind, options["property"])
        rule = options["rule"] or SyncRule.PREFER_SALESFORCE
        mapping_edit.add(connection=connection, target=target, fields=fields, rule=rule)
        self._done(options, target)

    def _change(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        mapping = _mapping(connection, options)
        given = {_COLUMNS[name]: options[name] for name in _COLUMNS if options[name] is not None}
        fields = {column: getattr(mapping, column) for column in _COLUMNS.values()} | given
        mapping_edit.change(mapping=mapping, fields=fields, rule=options["rule"] or mapping.rule)
        self._done(options, mapping.property)

    def _remove(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        mapping = _mapping(connection, options)
        mapping_edit.remove(mapping=mapping)
        self._done(options, mapping.property)

    def _check(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        found = {}
        for mapping in FieldMapping.objects.filter(
            connection=connection, property__kind=_kind(options), property__archived_at=None
        ).select_related("property", "connection"):
            findings = mapping_edit.findings(
                connection=connection,
                target=mapping.property,
                fields={column: getattr(mapping, column) for column in _COLUMNS.values()},
                rule=mapping.rule,
                mapping=mapping,
            )
            if findings:
                found[mapping.property.name] = [f"{item.level}: {item.sentence}" for item in findings]
        if options["json"]:
            self.say_json(found)
            return
        for name, sentences in found.items():
            for sentence in sentences:
                self.say(f"{name}  {sentence}")
        if not found:
            self.say(_("Nothing is wrong with the mappings."))

    def _preview(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        sides = backfill.preview(mapping=_mapping(connection, options))
        names = ("changes", "same", "blank", "stays", "misfits", "unknown")
        told = {side.sobject: {name: getattr(side.filling, name) for name in names} for side in sides}
        if options["json"]:
            self.say_json(told)
            return
        for sobject, numbers in told.items():
            self.say(f"{sobject}: " + ", ".join(f"{name} {number:,}" for name, number in numbers.items()))

    def _backfill(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        self.follow(
            backfill.start(mapping=_mapping(connection, options), detach=not options["wait"]), options
        )

    def _export(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        kind = _kind(options) if options["kind"] else None
        self.stdout.write(mapping_json.export(connection=connection, kind=kind), ending="")

    def _import(self, connection: SalesforceConnection, options: dict[str, Any]) -> None:
        try:
            path = Path("/dev/stdin" if options["kind"] in (None, "-") else options["kind"])
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise Refused(_("The file cannot be read: %(error)s") % {"error": error.strerror}) from None
        act = mapping_json.apply if options["yes"] else mapping_json.compare
        found = act(connection=connection, text=text)
        if options["json"]:
            self.say_json([str(item) for item in found])
            return
        for item in found:
            self.say(item)
        if not found:
            self.say(_("Nothing would change: the mappings are as in the file."))
        elif not options["yes"]:
            self.say(_("Nothing was changed yet. To change it, repeat this with --yes."))

    def _done(self, options: dict[str, Any], target: Property) -> None:
        if options["json"]:
            self.say_json({"property": target.name})
        else:
            self.say(_("Done: %(name)s") % {"name": target.name})


def _kind(options: dict[str, Any]) -> RecordKind:
    if options["kind"] not in RecordKind.values:
        raise Refused(_("Name contact or company."))
    return RecordKind(options["kind"])


def _fields(options: dict[str, Any]) -> dict[str, str]:
    return {column: options[name] for name, column in _COLUMNS.items() if options[name]}


def _property(kind: str, name: str) -> Property:
    item = Property.objects.active(kind).filter(name=name).first()
    if item is None:
        raise Refused(_("There is no property %(name)s.") % {"name": name})
    return item


def _mapping(connection: SalesforceConnection, options: dict[str, Any]) -> FieldMapping:
    target = _property(_kind(options), options["property"])
    found = FieldMapping.objects.filter(connection=connection, property=target)
    mapping = found.select_related("property", "connection").first()
    if mapping is None:
        raise Refused(_("The property %(name)s is not mapped.") % {"name": target.name})
    return mapping
