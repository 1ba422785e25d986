"""manage.py properties"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.properties import editing
from crmbridge.properties.models import Property, PropertyChange, RecordKind
from crmbridge.properties.types import PropertyType


class Command(BaseCommand):
    """Lists and keeps properties, and prints the history of a record."""

    help: Any = gettext_lazy(
        "Lists, adds, archives and restores properties of contacts and companies; prints what changed on a record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = str(self.help)  # in the language of the terminal by now
        parser.epilog = (
            "properties list contact · properties add contact “Customer level” --type choice --option Gold · "
            "properties archive contact level · properties history contact 12"
        )
        parser.add_argument("--json", action="store_true", help=_("print one JSON object as the last line"))
        what = parser.add_subparsers(dest="what", required=True)
        for name, text in (
            ("list", _("the properties of contacts or companies")),
            ("add", _("a new custom property")),
            ("archive", _("hide a custom property; its values stay")),
            ("restore", _("bring an archived property back")),
            ("history", _("what changed on a record")),
        ):
            part = what.add_parser(name, help=text)
            part.add_argument("kind", choices=RecordKind.values, help=_("contact or company"))
            self._more(name, part)

    def _more(self, name: str, part: ArgumentParser) -> None:
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

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it; what cannot be done is told in a sentence, with exit code 1."""
        try:
            told = getattr(self, f"_{options['what']}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            for line in told:
                self.stdout.write("  ".join(str(value) for value in line.values()))

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
            raise CommandError(_("There is no property %(name)s.") % {"name": options["name"]})
        return item
