"""manage.py import_file"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from integrations.files.matching import SALESFORCE_ID, targets
from integrations.files.reading import ENCODINGS
from integrations.management.follow import FollowCommand
from integrations.models import FileMode, ImportFile
from integrations.services import files


class Command(FollowCommand):
    """Imports contacts from a CSV or XLSX file."""

    help: Any = gettext_lazy(
        "Imports contacts from a CSV or XLSX file. Columns are matched to properties by their names; rows are known by "
        "e-mail address or Salesforce ID."
    )
    examples = """
import_file people.csv --plan
import_file people.csv --wait
import_file people.csv --column "Mail=email" --column "Remarks=" --wait --json
import_file people.xlsx --only update --detach
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("the file"))
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADING=PROPERTY",
            help=_("match a column to a property, or to nothing; may be given again"),
        )
        parser.add_argument(
            "--only", choices=["create", "update"], help=_("only create, or only update, contacts")
        )
        parser.add_argument(
            "--encoding", choices=list(ENCODINGS), help=_("characters of a CSV file; else found out")
        )

    def add_ways(self, parser: CommandParser) -> Any:
        how = super().add_ways(parser)
        how.add_argument("--plan", action="store_true", help=_("print what would happen, start nothing"))
        return how

    def run(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Refused(_("The file cannot be read: %(why)s.") % {"why": error.strerror}) from None
        file = files.upload(name=path.name, data=data)
        if options["encoding"]:
            files.read_as(file=file, encoding=options["encoding"])
        files.match(
            file=file, columns=_columns(file, options["column"]), mode=options["only"] or FileMode.BOTH.value
        )
        if options["plan"]:
            self._say_plan(file, options)
            return
        self.follow(files.start(file=file, detach=not options["wait"]), options)

    def _say_plan(self, file: ImportFile, options: dict[str, Any]) -> None:
        header, _rows = files.sample(file)
        found = files.preview(file=file)
        matched = dict(zip(header, file.columns, strict=True))
        file.delete()
        if options["json"]:
            counts = {name: getattr(found, name) for name in ("rows", "here", "without_key", "repeated")}
            self.say_json({"columns": matched, **counts})
            return
        for heading, name in matched.items():
            self.say(f"{heading} → {name or '–'}")
        self.say(
            _("%(rows)s rows; %(here)s addresses are here; without key %(without)s, repeated %(repeated)s")
            % {
                "rows": found.rows,
                "here": found.here,
                "without": found.without_key,
                "repeated": found.repeated,
            }
        )


def _columns(file: ImportFile, given: list[str]) -> list[str]:
    """The columns as matched by name, with what was given in their place."""
    header, _rows = files.sample(file)
    chosen, known = list(file.columns), {"", SALESFORCE_ID, *targets()}
    for pair in given:
        heading, _sign, name = pair.rpartition("=")
        if heading not in header:
            raise Refused(_("The file has no column %(heading)s.") % {"heading": heading})
        if name not in known:
            raise Refused(
                _("There is no property %(name)s.") % {"name": name},
                _("These there are: %(names)s.") % {"names": ", ".join(sorted(known - {""}))},
            )
        chosen[header.index(heading)] = name
    return chosen
