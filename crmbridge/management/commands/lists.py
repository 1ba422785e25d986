"""manage.py lists"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.lists import catalogue, counting, exports, members, services
from crmbridge.lists.check import CannotBeWorkedOut, findings
from crmbridge.lists.definition import Definition, dump, load
from crmbridge.lists.models import FileFormat, List, ListType
from crmbridge.lists.sentence import sentence
from crmbridge.properties.models import RecordKind

_NEW = {"name", "records", "type", "folder", "filters"}


class Command(BaseCommand):
    """Everything that can be done with lists, for people and for machines."""

    help: Any = gettext_lazy(
        "Shows, counts, exports, makes and changes lists of contacts and companies. "
        "A list is named by its number or by its name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = str(self.help)  # in the language of the terminal by now
        parser.epilog = (
            "lists list · lists show 7 · lists count “Energy in Japan” · lists members 7 --most 20 · "
            "lists export 7 people.csv · lists show 7 --json > list.json · lists create list.json · lists refresh"
        )
        parser.add_argument("--json", action="store_true", help=_("print one JSON object as the last line"))
        what = parser.add_subparsers(dest="what", required=True)
        for name, text in (
            ("list", _("all lists, with their sizes as last counted")),
            ("show", _("what a list is and what its filters mean; with --json what “create” takes")),
            ("count", _("how many records are on a list now")),
            ("members", _("the records on a list")),
            ("export", _("write a list to a CSV or XLSX file")),
            ("create", _("a new list from JSON")),
            ("change", _("change a list to what JSON says")),
            ("add", _("put records on a static list by e-mail, web domain or Salesforce ID")),
            ("remove", _("take records off a static list by their numbers")),
            ("copy", _("a list like this one")),
            ("static", _("fix an active list as it is now; there is no way back")),
            ("archive", _("take a list out of the way")),
            ("restore", _("bring an archived list back")),
            ("refresh", _("count active lists again, all of them or one")),
        ):
            self._more(name, what.add_parser(name, help=text))

    def _more(self, name: str, part: ArgumentParser) -> None:
        if name == "list":
            part.add_argument("--archived", action="store_true", help=_("those that are archived"))
            return
        if name == "refresh":
            part.add_argument(
                "which", nargs="?", help=_("number or name of the list; all active ones if not given")
            )
            return
        if name != "create":
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
        elif name in ("add", "remove"):
            part.add_argument("names", nargs="+", help=_("addresses, domains, IDs; or numbers of records"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it; what cannot be done is told in a sentence, with exit code 1."""
        try:
            told = getattr(self, f"_{options['what']}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except CannotBeWorkedOut as error:
            raise CommandError(str(error)) from None
        except counting.TakesTooLong:
            raise CommandError(_("The database took too long.")) from None
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            for line in told if isinstance(told, list) else [told]:
                self._print(line)

    def _print(self, line: dict[str, Any]) -> None:
        if "filters" in line:
            for name, value in line.items():
                if name != "filters":
                    self.stdout.write(f"{name}: {value}")
        else:
            self.stdout.write("  ".join(str(value) for value in line.values()))

    def _list(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        lists = List.objects.filter(archived_at__isnull=not options["archived"]).order_by("name", "pk")
        return [_line(item) for item in lists]

    def _show(self, options: dict[str, Any]) -> dict[str, Any]:
        item, known = self._find(options), catalogue.read()
        definition = load(item.filters)
        told: dict[str, Any] = {
            "name": item.name,
            "records": item.kind,
            "type": item.type,
            "folder": item.folder,
            "filters": dump(definition),
        }
        if options["json"]:
            return told
        if definition.groups:
            told["sentence"] = sentence(definition, kind=item.kind, catalogue=known)
        if item.is_active:
            for found in findings(definition, kind=item.kind, catalogue=known, list_id=item.pk):
                told[_("error") if found.is_error else _("note")] = found.text
        return told

    def _count(self, options: dict[str, Any]) -> dict[str, Any]:
        item = self._find(options)
        return {"count": services.count(item, seconds=counting.SECONDS_BEHIND)}

    def _members(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        item = self._find(options)
        found: Any = services.members_of(item).order_by("-pk")
        found = found.filter(pk__lt=options["after"]) if options["after"] else found
        names = ("email", "company") if item.kind == RecordKind.CONTACT else ("domain", "country")
        found = found.for_table()[: options["most"]]
        return [
            {"number": one.pk, "name": str(one), **{name: str(getattr(one, name) or "") for name in names}}
            for one in found
        ]

    def _export(self, options: dict[str, Any]) -> dict[str, Any] | list[Any]:
        item, name = self._find(options), options["file"]
        suffix = "csv" if name == "-" else Path(name).suffix.lower().lstrip(".")
        if suffix not in FileFormat.values:
            raise CommandError(_("The name of the file must end in .csv or .xlsx."))
        if suffix == FileFormat.XLSX:
            count = services.count(item, seconds=counting.SECONDS_BEHIND)
            if count > exports.XLSX_MOST_ROWS:
                told = _("The list has more than %(most)s rows, too many for a workbook. Export CSV.")
                raise CommandError(told % {"most": f"{exports.XLSX_MOST_ROWS:,}"})
        made = exports.at_once(item, suffix)
        if name == "-":
            for line in made if not isinstance(made, bytes) else ():
                self.stdout.write(line, ending="")
            return []
        self._write(Path(name), made)
        return {"file": name}

    @staticmethod
    def _write(path: Path, made: bytes | Iterator[str]) -> None:
        """The whole file or none: it gets its name when it is complete."""
        unfinished = path.with_name(path.name + ".part")
        try:
            with unfinished.open("wb") as file:
                for part in [made] if isinstance(made, bytes) else (line.encode() for line in made):
                    file.write(part)
            unfinished.replace(path)
        except OSError as error:
            raise CommandError(
                _("The file cannot be written: %(reason)s.") % {"reason": error.strerror}
            ) from None
        finally:
            unfinished.unlink(missing_ok=True)

    def _create(self, options: dict[str, Any]) -> dict[str, Any]:
        data = self._read(options)
        kind, type = data.get("records", "contact"), data.get("type", ListType.ACTIVE.value)
        if kind not in RecordKind.values or type not in ListType.values:
            raise CommandError(_("“records” is contact or company, “type” is active or static."))
        made = services.create(
            name=str(data.get("name", "")),
            kind=kind,
            type=type,
            folder=str(data.get("folder", "")),
            definition=load(data.get("filters", {})) if type == ListType.ACTIVE else Definition(),
        )
        return _line(made)

    def _change(self, options: dict[str, Any]) -> dict[str, Any]:
        item, data = self._find(options), self._read(options)
        for name, now in (("records", item.kind), ("type", item.type)):
            if data.get(name, now) != now:
                raise CommandError(_("“%(name)s” of a list cannot be changed.") % {"name": name})
        changed = services.change(
            item,
            name=str(data["name"]) if "name" in data else None,
            folder=str(data["folder"]) if "folder" in data else None,
            definition=load(data["filters"]) if "filters" in data and item.is_active else None,
        )
        return _line(changed)

    def _read(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            text = (
                sys.stdin.read()
                if options["file"] == "-"
                else Path(options["file"]).read_text(encoding="utf-8")
            )
            data = json.loads(text)
        except OSError as error:
            raise CommandError(
                _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
            ) from None
        except ValueError as error:
            raise CommandError(_("This is no JSON: %(reason)s") % {"reason": error}) from None
        if not isinstance(data, dict) or set(data) - _NEW:
            raise CommandError(_("A list as JSON has %(names)s.") % {"names": ", ".join(sorted(_NEW))})
        return data

    def _add(self, options: dict[str, Any]) -> dict[str, Any]:
        result = members.add_named(to=self._static_list(options), names=options["names"])
        told: dict[str, Any] = {"added": result.added, "already": result.already}
        return told | ({"not_found": ", ".join(result.not_found)} if result.not_found else {})

    def _remove(self, options: dict[str, Any]) -> dict[str, Any]:
        item = self._static_list(options)
        numbers = [int(name) for name in options["names"] if name.isdecimal()]
        return {"removed": members.remove(from_list=item, records=item.model.objects.filter(pk__in=numbers))}

    def _static_list(self, options: dict[str, Any]) -> List:
        item = self._find(options)
        if item.is_active:
            raise CommandError(_("Filters say who is on an active list. Change the filters."))
        return item

    def _copy(self, options: dict[str, Any]) -> dict[str, Any]:
        return _line(services.copy(self._find(options)))

    def _static(self, options: dict[str, Any]) -> dict[str, Any]:
        return _line(services.make_static(self._find(options)))

    def _archive(self, options: dict[str, Any]) -> dict[str, Any]:
        item = self._find(options)
        services.archive(item)
        return {"name": item.name, "state": _("archived")}

    def _restore(self, options: dict[str, Any]) -> dict[str, Any]:
        item = self._find(options)
        services.restore(item)
        return {"name": item.name, "state": _("restored")}

    def _refresh(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = services.refresh([self._find(options)] if options["which"] else None)
        names = dict(List.objects.filter(pk__in=found).values_list("pk", "name"))
        return [{"number": pk, "name": names[pk], "size": size} for pk, size in found.items()]

    def _find(self, options: dict[str, Any]) -> List:
        which = options["which"]
        if which.isdecimal() and (item := List.objects.filter(pk=int(which[:18])).first()):
            return item
        named = list(List.objects.filter(name=which)[:2])
        if len(named) > 1:
            raise CommandError(_("Several lists are called “%(name)s”. Give the number.") % {"name": which})
        if not named:
            raise CommandError(_("There is no list “%(name)s”.") % {"name": which})
        return named[0]


def _line(item: List) -> dict[str, Any]:
    size = "" if item.size is None else item.size
    return {
        "number": item.pk,
        "name": item.name,
        "records": item.kind,
        "type": item.type,
        "size": size,
        "folder": item.folder,
    }
