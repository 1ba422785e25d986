"""A list as a file: CSV of any length, or a workbook as long as one may be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from companies.resources import CompanyResource
from contacts.resources import ContactResource
from crmbridge import csv_stream, spreadsheets
from crmbridge.errors import Refused
from crmbridge.lists import services
from crmbridge.lists.models import List
from crmbridge.properties.export import RecordResource, csv_rows
from crmbridge.properties.models import RecordKind

# A workbook is written at one go: some 40,000 cells a second, and a worker's task must end within five minutes.
XLSX_MOST_ROWS = 100_000
XLSX_MOST_CELLS = 4_000_000


def resource_of(kind: str, columns: Sequence[str] | None = None) -> RecordResource:
    """The columns of a file of such records: these, or every property that there is."""
    return ContactResource(columns) if kind == RecordKind.CONTACT else CompanyResource(columns)


def lines(item: List) -> Iterator[str]:
    """The list as the lines of a CSV file."""
    return csv_stream.lines(csv_rows(resource_of(item.kind), _members(item)))


def workbook(item: List) -> bytes:
    """The list as a workbook; Refused when it would be too long."""
    resource, members = resource_of(item.kind), _members(item)
    most = most_rows(resource)
    refuse_long(members.order_by()[: most + 1].count(), most=most)
    return spreadsheets.workbook(csv_rows(resource, members), title=title(item), numbers=resource.numbers)


def write(item: List, path: Path) -> None:
    """Writes the list to a CSV or XLSX file, as its name ends: the whole file or none."""
    makers: dict[str, Callable[[], Iterable[bytes]]] = {
        ".csv": lambda: (line.encode() for line in lines(item)),
        ".xlsx": lambda: [workbook(item)],
    }
    if path.suffix.lower() not in makers:
        raise Refused(_("The name of the file must end in .csv or .xlsx."))
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(makers[path.suffix.lower()]())
        unfinished.replace(path)
    except OSError as error:
        raise Refused(_("The file cannot be written: %(reason)s.") % {"reason": error.strerror}) from None
    finally:
        unfinished.unlink(missing_ok=True)


def most_rows(resource: RecordResource) -> int:
    """How many such rows a workbook may have."""
    return min(XLSX_MOST_ROWS, XLSX_MOST_CELLS // len(resource.fields))


def refuse_long(rows: int, *, most: int) -> None:
    """Refused when there are more rows than a workbook may have."""
    if rows > most:
        told = _("The list has more than %(most)s rows, too many for a workbook.")
        raise Refused(told % {"most": f"{most:,}"}, _("Export CSV."))


def title(item: List) -> str:
    """What the sheet of a workbook is called."""
    return str(item.model._meta.verbose_name_plural)


def _members(item: List) -> QuerySet[Any]:
    found: QuerySet[Any] = services.members_of(item).order_by("-pk")
    return found
