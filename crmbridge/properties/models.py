"""What a contact or company can hold, and one row for each value that ever changed."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmbridge.properties.types import PropertyType


class RecordKind(models.TextChoices):
    """The two kinds of record that carry properties."""

    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


class PropertyQuerySet(models.QuerySet["Property"]):
    """Named reads of properties."""

    def active(self, kind: str) -> "PropertyQuerySet":
        """The properties of one kind of record that are not archived, in the order that pages show them."""
        return self.filter(kind=kind, archived_at=None).order_by("order", "id")


class Property(models.Model):
    """One property: a standard one is a column of the record's table, a custom one a key of its bag."""

    kind = models.CharField(_("record"), max_length=10, choices=RecordKind)
    name = models.SlugField(_("name"), max_length=63, allow_unicode=False)
    label = models.CharField(_("label"), max_length=200)
    type = models.CharField(_("type"), max_length=20, choices=PropertyType)
    group = models.CharField(_("group"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    # Of a choice: [{"value": what is stored, "label": what people read}].
    options = models.JSONField(_("options"), default=list, blank=True)
    max_length = models.PositiveIntegerField(_("longest text"), null=True, blank=True)
    is_standard = models.BooleanField(_("standard"), default=False)
    order = models.PositiveIntegerField(default=1000)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PropertyQuerySet.as_manager()

    class Meta:
        verbose_name = _("property")
        verbose_name_plural = _("properties")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_property_a_name")]

    def __str__(self) -> str:
        return self.display_label

    @property
    def display_label(self) -> str:
        """The label; that of a standard property in the reader's language."""
        return gettext(self.label) if self.is_standard else self.label


class ChangeSource(models.TextChoices):
    """Who or what wrote a value."""

    USER = "user", _("a person")
    IMPORT = "import", _("an import")
    SYNC = "sync", _("sync")
    FILE = "file", _("a file")
    BACKFILL = "backfill", _("a back-fill")
    UNDO = "undo", _("an undo")
    COMMAND = "command", _("a command")
    DATABASE = "database", _("the database")


class PropertyChangeQuerySet(models.QuerySet["PropertyChange"]):
    """Named reads of the history."""

    def of(self, kind: str, record_id: int) -> "PropertyChangeQuerySet":
        """All changes of one record, newest first."""
        return self.filter(kind=kind, record_id=record_id).order_by("-at", "-id")


class PropertyChange(models.Model):
    """One property of one record that changed; written by the triggers of `history.py` and nothing else."""

    kind = models.CharField(max_length=10, choices=RecordKind)
    record_id = models.BigIntegerField()
    property = models.CharField(max_length=63)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    source = models.CharField(max_length=10, choices=ChangeSource)
    source_id = models.BigIntegerField(null=True, help_text=_("Number of the import or file."))
    actor_id = models.BigIntegerField(null=True, help_text=_("The person behind it."))
    at = models.DateTimeField(db_default=Now())

    objects = PropertyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("property change")
        verbose_name_plural = _("property changes")
        indexes = [
            models.Index(fields=["kind", "record_id", "at"], name="change_of_record"),
            # Rows come in the order of time: what one run wrote is found by when it ran, at nearly no cost a row.
            BrinIndex(fields=["at"], name="change_by_time", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.property}: {self.old} → {self.new}"


class StandardProperty:
    """The declaration of a standard property beside the model that has its column."""

    def __init__(self, name: str, label: Any, type: str = PropertyType.TEXT, group: Any = "") -> None:
        self.name, self.label, self.type, self.group = name, label, type, group


def columns(standard: Iterable[StandardProperty]) -> list[str]:
    """The column names of declared standard properties."""
    return [item.name for item in standard]
