"""manage.py properties"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from crmbridge.management.console import ConsoleCommand
from crmbridge.properties import editing
from crmbridge.properties.models import Property, PropertyChange, RecordKind
from crmbridge.properties.types import PropertyType

_NAMES = {
    "name": gettext_lazy("Name"),
    "label": gettext_lazy("Label"),
    "type": gettext_lazy("Type"),
    "kind": gettext_lazy("Kind"),
    "state": gettext_lazy("State"),
    "at": gettext_lazy("When"),
    "property": gettext_lazy("Property"),
    "change": gettext_lazy("Change"),
    "source": gettext_lazy("Source"),
    "number": gettext_lazy("Number"),
}


class Command(ConsoleCommand):
    """Lists and keeps properties, and prints the history of a record."""

    help: Any = gettext_lazy(
        "Lists, adds, archives and restores properties of contacts and companies; prints what changed on a record."
    )

    examples = """
properties list contact
properties add contact "Customer level" --type choice --option Gold --option Silver
properties archive contact customer_level
properties history contact 12
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parts = parser.add_subparsers(dest="what", required=True)
        for name, text in (
            ("list", _("the properties of contacts or companies")),
            ("add", _("a new custom property")),
            ("archive", _("hide a custom property; its values stay")),
            ("restore", _("bring an archived property back")),
            ("history", _("what changed on a record")),
        ):
            part = self.add_part(parts, name, text=text)
            part.add_argument("kind", choices=RecordKind.values, help=_("contact or company"))
            self._more(name, part)

    def _more(self, name: str, part: CommandParser) -> None:
        if name == "add":
            part.add_argument("label", help=_("what people call it"))
            part.add_argument(
                "--name",
                default="",
                help=_("small letters, digits, underscores; from the label if not given"),
            )
            part.add_argument(
                "--type", choices=PropertyType.values, default=PropertyType.TEXT.value, help=_("its type")
            )
            part.add_argument("--group", default="", help=_("the heading that it stands under"))
            part.add_argument(
                "--option", action="append", default=[], help=_("an option of a choice; may be repeated")
            )
        elif name in ("archive", "restore"):
            part.add_argument("name", help=_("the name of the property"))
        elif name == "history":
            part.add_argument("record", type=int, help=_("number of the record"))
            part.add_argument("--property", default="", help=_("only this property"))
            part.add_argument("--most", type=int, default=50, help=_("how many changes at most"))

    def run(self, **options: Any) -> None:
        """Does the one thing that was asked for."""
        rows: list[dict[str, Any]] = getattr(self, f"_{options['what']}")(options)
        if options["json"]:
            self.say_json(rows)
        elif rows:
            self.say_table(rows, {name: _NAMES[name] for name in rows[0]})

    def _list(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = Property.objects.filter(kind=options["kind"]).order_by("order", "id")
        return [
            {
                "name": item.name,
                "label": item.display_label,
                "type": item.type,
                "kind": _("standard") if item.is_standard else _("custom"),
                "state": _("archived") if item.archived_at else "",
            }
            for item in found
        ]

    def _add(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        item = editing.create(
            kind=options["kind"],
            label=options["label"],
            name=options["name"],
            type=options["type"],
            group=options["group"],
            options=[{"value": value, "label": value} for value in options["option"]],
        )
        return [{"name": item.name, "label": item.label, "type": item.type}]

    def _archive(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        item = self._find(options)
        editing.archive(item)
        return [{"name": item.name, "state": _("archived")}]

    def _restore(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        item = self._find(options)
        editing.restore(item)
        return [{"name": item.name, "state": _("restored")}]

    def _history(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = PropertyChange.objects.of(options["kind"], options["record"])
        if options["property"]:
            found = found.filter(property=options["property"])
        return [
            {
                "at": f"{change.at:%Y-%m-%d %H:%M:%S}",
                "property": change.property,
                "change": f"{change.old} → {change.new}",
                "source": change.get_source_display(),
                "number": change.source_id or "",
            }
            for change in found[: options["most"]]
        ]

    def _find(self, options: dict[str, Any]) -> Property:
        item = Property.objects.filter(kind=options["kind"], name=options["name"]).first()
        if item is None:
            raise Refused(_("There is no property %(name)s.") % {"name": options["name"]})
        return item
