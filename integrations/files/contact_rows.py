"""Rows of a file as contacts: which contact each is, what it changes, and what does not fit.

Contacts are looked up once for all rows and written once for all rows; nothing asks the database for a single row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from tablib import Dataset

from contacts.models import Contact
from crmbridge.properties.fields import is_email
from crmbridge.properties.values import parse
from integrations.files.matching import EMAIL, SALESFORCE_ID, custom_targets
from integrations.files.widgets import TooLong, widget_of
from integrations.models import FileMode, LinkState, SalesforceRecord
from integrations.salesforce.ids import is_id, to_18

# Keys of rows, each with the number of the row that had it first.
Seen = dict[str, int]
# The column that carries the number of the row; no property is called so.
ROW = "row number"


@dataclass
class RowProblem:
    """Something that is wrong with a row; `other` is the row that matters beside it."""

    row: int
    code: str
    property: str = ""
    value: str = ""
    other: str = ""
    contact: Contact | None = None


def keys_of(*, email: str = "", salesforce_id: str = "") -> list[str]:
    """What tells a row from others; an address or ID that is none tells nothing."""
    keys = []
    if email and is_email(email):
        keys.append(email.lower())
    if salesforce_id and is_id(salesforce_id):
        keys.append(to_18(salesforce_id))
    return keys


def repeats(keys: Sequence[str], *, seen: Seen, row: int) -> int | None:
    """The earlier row that this one repeats; of a row that repeats none the keys are noted."""
    for key in keys:
        if key in seen:
            return seen[key]
    seen.update(dict.fromkeys(keys, row))
    return None


class Skipped(ValidationError):
    """The row does not go in, for the reason that its code tells."""


class KnownContacts(BaseInstanceLoader):
    """The contacts that the rows may be: by Salesforce ID first, then by e-mail (docs/behaviour.md, section 3)."""

    def __init__(self, resource: Any, dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        headers = dataset.headers
        emails = dataset[EMAIL] if EMAIL in headers else []
        ids = dataset[SALESFORCE_ID] if SALESFORCE_ID in headers else []
        linked = _linked(ids)
        # Locked, so that what another writer changes meanwhile is not written back as it was.
        contacts = Contact.objects.select_for_update().order_by("pk")
        found = contacts.filter(email__lower__in={email.lower() for email in emails if email})
        by_number = {contact.pk: contact for contact in found}
        lacking = set(linked.values()) - set(by_number)
        by_number |= {contact.pk: contact for contact in contacts.filter(pk__in=lacking)}
        self.by_email = {contact.email.lower(): contact for contact in by_number.values() if contact.email}
        self.by_id = {key: by_number[number] for key, number in linked.items() if number in by_number}

    def by_keys(self, keys: Sequence[str]) -> Contact | None:
        """The contact that has one of the keys, an ID before an address."""
        return next(
            (found[key] for found in (self.by_id, self.by_email) for key in keys if key in found), None
        )

    def moved(self, contact: Contact, *, before: str | None) -> None:
        """Notes that a row gave the contact another address: rows behind it may use the one before."""
        if before and self.by_email.get(before.lower()) is contact:
            del self.by_email[before.lower()]
        if contact.email:
            self.by_email[contact.email.lower()] = contact

    def get_instance(self, row: dict[str, Any]) -> Contact | None:
        """The contact that the row is; None if it is not here."""
        return self.by_id.get(row.get(SALESFORCE_ID, "")) or self.by_email.get(row.get(EMAIL, "").lower())


class ContactRows(ModelResource):
    """Takes rows in. A blank cell leaves its property alone; a value that does not fit is told, the rest goes in."""

    class Meta:
        model = Contact
        fields = ()
        import_id_fields = ()
        instance_loader_class = KnownContacts
        use_bulk = True
        batch_size = None
        skip_diff = True

    def __init__(
        self,
        *,
        columns: Sequence[str],
        mode: str,
        run_id: int | None,
        seen: Seen,
        taken: dict[int, int] | None = None,
    ) -> None:
        """`columns` name a property for each column of the file or "".

        `seen` holds the keys of earlier rows, `taken` the contacts that earlier rows were, each with its row.
        """
        super().__init__()
        self.columns = ["" if name in columns[:place] else name for place, name in enumerate(columns)]
        self.mode, self.run_id, self.seen = mode, run_id, seen
        self.problems: list[RowProblem] = []
        self._taken = {} if taken is None else taken
        self._before: dict[str, Any] = {}
        types = {item.name: item.type for item in Contact.STANDARD_PROPERTIES}
        self.custom = {name: item for name, item in custom_targets().items() if name in self.columns}
        for name in self.columns:
            if name in types:
                self.fields[name] = Field(name, name, widget_of(name, types[name]))

    def dataset(self, rows: Sequence[tuple[int, list[str]]]) -> Dataset:
        """The matched columns of the rows, and their numbers."""
        places = [place for place, name in enumerate(self.columns) if name]
        headers = [ROW, *(self.columns[place] for place in places)]
        return Dataset(
            *([number, *(cells[place] for place in places)] for number, cells in rows), headers=headers
        )

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Contact | None:
        """The contact of the row; its e-mail address stays out if another contact has it."""
        contact: Contact | None = instance_loader.get_instance(row)
        owner = instance_loader.by_email.get(row.get(EMAIL, "").lower())
        if contact is not None and owner is not None and owner is not contact:
            self._note(row, "file_email_taken", property=EMAIL, value=row[EMAIL], contact=contact)
            if self.seen.get(row[EMAIL].lower()) == row[ROW]:
                del self.seen[row[EMAIL].lower()]
            row[EMAIL] = ""
        self._loader = instance_loader
        return contact

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Sees to what tells the row from others."""
        self._check_id(row)
        self._check_email(row)
        keys = keys_of(email=row.get(EMAIL, ""), salesforce_id=row.get(SALESFORCE_ID, ""))
        if not keys:
            self._skip(row, "file_no_identity")
        earlier = repeats(keys, seen=self.seen, row=row[ROW])
        if earlier is not None:
            self._skip(row, "file_duplicate", other=str(earlier))

    def after_init_instance(self, instance: Contact, new: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """Leaves out what was not asked for, and keeps what the contact held."""
        if new and not row.get(EMAIL):
            self._skip(row, "file_unknown_id", value=row[SALESFORCE_ID])
        if new and self.mode == FileMode.UPDATE:
            self._skip(row, "file_not_here")
        if not new and self.mode == FileMode.CREATE:
            self._skip(row, "file_is_here", contact=instance)
        if not new and instance.pk in self._taken:
            self._skip(row, "file_duplicate", other=str(self._taken[instance.pk]))
        if new:
            instance.created_by_import = self.run_id
        else:
            self._taken[instance.pk] = row[ROW]
        self._instance = instance
        self._before = {name: getattr(instance, name) for name in self.fields}
        if self.custom:
            self._before["properties"] = dict(instance.properties)

    def import_instance(self, instance: Contact, row: dict[str, Any], **kwargs: Any) -> None:
        """Writes the cells of the row, those of custom properties into their bag."""
        super().import_instance(instance, row, **kwargs)
        for name, item in self.custom.items():
            if not row[name]:
                continue
            try:
                instance.properties[item.name] = parse(item, row[name])
            except ValidationError:
                self._note(row, "file_value_misfit", property=name, value=row[name], contact=instance)

    def import_field(self, field: Field, instance: Contact, row: dict[str, Any], **kwargs: Any) -> None:
        """Writes the cell, unless it is blank or does not fit."""
        value = row[field.column_name]
        if not value:
            return
        try:
            field.save(instance, row)
        except ValueError as error:
            code = "file_value_too_long" if isinstance(error, TooLong) else "file_value_misfit"
            self._note(row, code, property=field.column_name, value=value, contact=instance)

    def skip_row(self, instance: Contact, original: Any, row: dict[str, Any], errors: Any = None) -> bool:
        """Whether the row changes nothing."""
        if instance.pk is None:
            return False
        instance.updated_at = timezone.now()
        if EMAIL in self._before and self._before[EMAIL] != instance.email:
            self._loader.moved(instance, before=self._before[EMAIL])
        return all(getattr(instance, name) == value for name, value in self._before.items())

    def get_bulk_update_fields(self) -> list[str]:
        """The matched properties."""
        bag = ["properties"] if self.custom else []
        return [*self.fields, *bag, "updated_at"]

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """Writes the changed contacts first: a new one may have the address that one of them gave up."""
        self._write_changed()
        super().bulk_create(*args, **kwargs)

    def bulk_update(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: Any = None,
        result: Any = None,
    ) -> None:
        """Writes all changed contacts, unless that was done before new ones were written."""
        self._write_changed()

    def _write_changed(self) -> None:
        """By one INSERT … ON CONFLICT, which takes rows as they are.

        Django's own `bulk_update` writes a WHEN for each row and property: 82 s instead of 8 for 50,000 rows.
        """
        if self.update_instances:
            Contact.objects.bulk_create(
                self.update_instances,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=self.get_bulk_update_fields(),
            )
            self.update_instances.clear()

    def handle_import_error(self, result: Any, error: Exception, raise_errors: bool = False) -> None:
        """What stops all rows is not theirs to tell."""
        raise error

    def _check_id(self, row: dict[str, Any]) -> None:
        if not row.get(SALESFORCE_ID):
            return
        try:
            row[SALESFORCE_ID] = to_18(row[SALESFORCE_ID])
        except ValueError:
            self._note(row, "file_bad_id", value=row[SALESFORCE_ID])
            row[SALESFORCE_ID] = ""

    def _check_email(self, row: dict[str, Any]) -> None:
        if not row.get(EMAIL):
            return
        if not is_email(row[EMAIL]):
            self._note(row, "file_bad_email", property=EMAIL, value=row[EMAIL])
            row[EMAIL] = ""

    def _note(self, row: dict[str, Any], code: str, **told: Any) -> None:
        self.problems.append(RowProblem(row=row[ROW], code=code, **told))

    def _skip(self, row: dict[str, Any], code: str, **told: Any) -> None:
        self._note(row, code, **told)
        raise Skipped("", code=code)


def _linked(ids: Sequence[str]) -> dict[str, int]:
    """The contacts that stand for Salesforce records, by 18-character id."""
    complete = set()
    for salesforce_id in ids:
        try:
            complete.add(to_18(salesforce_id))
        except ValueError:
            continue
    records = SalesforceRecord.objects.filter(salesforce_id__in=complete, link_state=LinkState.LINKED)
    found = records.values_list("salesforce_id", "contact_id")
    return {salesforce_id: number for salesforce_id, number in found if number is not None}
