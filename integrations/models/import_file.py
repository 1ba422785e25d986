"""A file of contacts that a person uploaded."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FileMode(models.TextChoices):
    """What becomes of contacts that are here already, and of those that are not."""

    BOTH = "both", _("Create new contacts and update those that are here")
    CREATE = "create", _("Only create new contacts")
    UPDATE = "update", _("Only update contacts that are here")


class ImportFile(models.Model):
    """What was uploaded and how its columns are matched; the bytes are kept apart and only for a while."""

    name = models.CharField(_("file"), max_length=255)
    # How the bytes are to be read as text; a workbook is kept as text in UTF-8.
    encoding = models.CharField(_("characters"), max_length=20)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    # For each column of the file the property that it fills, "salesforce_id", or "" for none.
    columns = models.JSONField(default=list)
    mode = models.CharField(_("contacts"), max_length=10, choices=FileMode, default=FileMode.BOTH)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    uploaded_at = models.DateTimeField(_("uploaded"), db_default=Now())

    class Meta:
        verbose_name = _("file to import")
        verbose_name_plural = _("files to import")

    def __str__(self) -> str:
        return self.name


class ImportFileContent(models.Model):
    """The bytes of a file; without this row they were removed because their time was over."""

    file = models.OneToOneField(ImportFile, on_delete=models.CASCADE, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.file_id)
