"""manage.py lists"""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crmbridge.errors import Refused
from crmbridge.lists import as_json, counting, files, members, services
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.check import findings
from crmbridge.lists.filters.definition import is_number, load
from crmbridge.lists.filters.sentence import sentence
from crmbridge.lists.models import List
from crmbridge.management.console import ConsoleCommand
from crmbridge.properties.models import RecordKind

_PARTS = {
    "list": gettext_lazy("all lists, with their sizes as last counted"),
    "show": gettext_lazy("what a list is and what its filters mean; with --json what “create” takes"),
    "count": gettext_lazy("how many records are on a list now"),
    "members": gettext_lazy("the records on a list"),
    "export": gettext_lazy("write a list to a CSV or XLSX file"),
    "create": gettext_lazy("a new list from JSON"),
    "change": gettext_lazy("change a list to what JSON says"),
    "add": gettext_lazy("put records on a static list by e-mail, web domain or Salesforce ID"),
    "remove": gettext_lazy("take records off a static list by their numbers"),
    "copy": gettext_lazy("a list like this one"),
    "static": gettext_lazy("fix an active list as it is now; there is no way back"),
    "archive": gettext_lazy("take a list out of the way"),
    "restore": gettext_lazy("bring an archived list back"),
    "delete": gettext_lazy("remove a list; the records on it stay"),
    "refresh": gettext_lazy("count active lists again, all of them or one"),
}
_LIST = {
    "number": gettext_lazy("Number"),
    "name": gettext_lazy("Name"),
    "records": gettext_lazy("Records"),
    "type": gettext_lazy("Type"),
    "size": gettext_lazy("Size"),
    "folder": gettext_lazy("Folder"),
}


class Command(ConsoleCommand):
    """Everything that can be done with lists, for people and for machines."""

    help: Any = gettext_lazy(
        "Shows, counts, exports, makes and changes lists of contacts and companies. "
        "A list is named by its number or by its name."
    )
    examples = """
lists list
lists show 7
lists count "Energy in Japan"
lists members 7 --most 20
lists export 7 people.csv
lists show 7 --json > list.json
lists create list.json
lists change 7 list.json
lists add "Fair 2026" amy@example.com 0035f00000AbCdEAAV
lists refresh
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parts = parser.add_subparsers(dest="what", required=True)
        for name, text in _PARTS.items():
            self._more(name, self.add_part(parts, name, text=str(text)))

    def _more(self, name: str, part: CommandParser) -> None:
        if name == "list":
            part.add_argument("--archived", action="store_true", help=_("those that are archived"))
        elif name == "refresh":
            part.add_argument(
                "which", nargs="?", help=_("number or name of the list; all active ones if not given")
            )
        elif name != "create":
            part.add_argument("which", help=_("number or name of the list"))
        if name == "members":
            part.add_argument("--most", type=int, default=50, help=_("how many at most"))
            part.add_argument(
                "--after", type=int, help=_("only those behind this number, as they are printed")
            )
        elif name == "export":
            part.add_argument(
                "file", help=_("a name that ends in .csv or .xlsx; - writes CSV to the terminal")
            )
        elif name in ("create", "change"):
            part.add_argument(
                "file", nargs="?", default="-", help=_("file with JSON; - reads it from the terminal")
            )
        elif name == "add":
            part.add_argument("names", nargs="+", help=_("addresses, domains or Salesforce IDs"))
        elif name == "remove":
            part.add_argument("numbers", nargs="+", type=int, help=_("numbers of records"))
        elif name == "delete":
            part.add_argument("--yes", action="store_true", help=_("do it, do not only say what it would do"))

    def run(self, **options: Any) -> None:
        """Does the one thing that was asked for."""
        getattr(self, f"_{options['what']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        lists = List.objects.filter(archived_at__isnull=not options["archived"]).order_by("name", "pk")
        rows = [_row(item) for item in lists]
        self._answer_rows(options, rows, _LIST)

    def _show(self, options: dict[str, Any]) -> None:
        item, known = _find(options["which"]), catalogue.read()
        if options["json"]:
            self.say_json(as_json.write(item))
            return
        definition = load(item.filters)
        for name, value in _row(item).items():
            self.say(f"{_LIST[name]}: {value}")
        if definition.groups:
            self.say(sentence(definition, kind=item.kind, catalogue=known))
        if item.is_active:
            for found in findings(definition, kind=item.kind, catalogue=known, list_id=item.pk):
                self.say(f"{_('Error') if found.is_error else _('Note')}: {found.text}")

    def _count(self, options: dict[str, Any]) -> None:
        count = services.count(_find(options["which"]), seconds=counting.SECONDS_BEHIND)
        self._answer(options, {"count": count}, count)

    def _members(self, options: dict[str, Any]) -> None:
        item = _find(options["which"])
        found: Any = services.members_of(item).order_by("-pk")
        found = found.filter(pk__lt=options["after"]) if options["after"] is not None else found
        names: dict[str, Any] = {"number": _LIST["number"], "name": _LIST["name"]}
        names |= (
            {"email": _("Email"), "company": _("Company")}
            if item.kind == RecordKind.CONTACT
            else {"domain": _("Web domain"), "country": _("Country")}
        )
        rows = [
            {"number": one.pk, "name": str(one)}
            | {name: str(getattr(one, name) or "") for name in list(names)[2:]}
            for one in found.for_table()[: max(options["most"], 0)]
        ]
        self._answer_rows(options, rows, names)

    def _export(self, options: dict[str, Any]) -> None:
        item, name = _find(options["which"]), options["file"]
        if name == "-":
            for line in files.lines(item):
                self.stdout.write(line, ending="")
            return
        files.write(item, Path(name))
        self._answer(options, {"file": name}, _("%(file)s is written.") % {"file": name})

    def _create(self, options: dict[str, Any]) -> None:
        self._saved(as_json.create(_read(options["file"])), options)

    def _change(self, options: dict[str, Any]) -> None:
        self._saved(as_json.change(_find(options["which"]), _read(options["file"])), options)

    def _add(self, options: dict[str, Any]) -> None:
        result = members.add_named(to=_find(options["which"]), names=options["names"])
        told = {"added": result.added, "already": result.already, "not_found": result.not_found}
        text = _("%(added)s added, %(already)s were on the list already.") % told
        if result.not_found:
            names = ", ".join(result.not_found)
            text += "\n" + _("Nobody was found by these: %(names)s") % {"names": names}
        self._answer(options, told, text)

    def _remove(self, options: dict[str, Any]) -> None:
        item = _find(options["which"])
        records = item.model.objects.filter(pk__in=options["numbers"])
        count = members.remove(from_list=item, records=records)
        told = ngettext(
            "%(count)s record taken off the list.", "%(count)s records taken off the list.", count
        )
        self._answer(options, {"removed": count}, told % {"count": count})

    def _copy(self, options: dict[str, Any]) -> None:
        self._saved(services.copy(_find(options["which"])), options)

    def _static(self, options: dict[str, Any]) -> None:
        self._saved(services.make_static(_find(options["which"])), options)

    def _archive(self, options: dict[str, Any]) -> None:
        item = _find(options["which"])
        services.archive(item)
        self._saved(item, options)

    def _restore(self, options: dict[str, Any]) -> None:
        item = _find(options["which"])
        services.restore(item)
        self._saved(item, options)

    def _delete(self, options: dict[str, Any]) -> None:
        item = _find(options["which"])
        if not options["yes"]:
            told = _("This removes the list “%(name)s” for ever; the records on it stay.")
            raise Refused(told % {"name": item.name}, _("Repeat it with --yes."))
        row = _row(item)
        services.delete(item)
        told = _("The list “%(name)s” is removed.") % {"name": item.name}
        self._answer(options, row, told)

    def _refresh(self, options: dict[str, Any]) -> None:
        found = services.refresh([_find(options["which"])] if options["which"] else None)
        rows = [
            {"number": one.item.pk, "name": one.item.name, "size": one.size, "reason": one.reason}
            for one in found
        ]
        shown = [row | {"size": row["reason"] if row["size"] is None else row["size"]} for row in rows]
        names = {name: _LIST[name] for name in ("number", "name", "size")}
        self._answer_rows(options, rows if options["json"] else shown, names)
        if failed := sum(1 for one in found if one.reason):
            told = ngettext("%(count)s list was not counted.", "%(count)s lists were not counted.", failed)
            raise CommandError(told % {"count": failed})

    def _answer(self, options: dict[str, Any], value: Any, text: object) -> None:
        """Answers a machine with the value, a person with the text."""
        if options["json"]:
            self.say_json(value)
        else:
            self.say(text)

    def _answer_rows(
        self, options: dict[str, Any], rows: list[dict[str, Any]], names: dict[str, Any]
    ) -> None:
        if options["json"]:
            self.say_json(rows)
        else:
            self.say_table(rows, names)

    def _saved(self, item: List, options: dict[str, Any]) -> None:
        item.refresh_from_db()
        told = _("The list is saved. Number %(number)s: %(name)s")
        self._answer(options, _row(item), told % {"number": item.pk, "name": item.name})


def _row(item: List) -> dict[str, Any]:
    return {
        "number": item.pk,
        "name": item.name,
        "records": item.kind,
        "type": item.type,
        "size": "" if item.size is None else item.size,
        "folder": item.folder,
    }


def _find(which: str) -> List:
    if is_number(which) and (item := List.objects.filter(pk=int(which)).first()):
        return item
    named = list(List.objects.filter(name=which)[:2])
    if len(named) > 1:
        raise Refused(_("Several lists are called “%(name)s”. Give the number.") % {"name": which})
    if not named:
        raise Refused(_("There is no list “%(name)s”.") % {"name": which}, _("See lists list."))
    return named[0]


def _read(name: str) -> Any:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text, parse_float=Decimal)  # every digit counts
    except OSError as error:
        raise Refused(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from None
    except ValueError as error:
        raise Refused(_("This is no JSON: %(reason)s") % {"reason": error}) from None
