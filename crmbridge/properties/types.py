"""The types that a property can have, and the SQL type its value is compared and stored in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PropertyType(models.TextChoices):
    """docs/behaviour.md, section 5."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date and time")
    YES_NO = "yes_no", _("Yes/no")
    CHOICE = "choice", _("Choice")
    MULTIPLE_CHOICE = "multiple_choice", _("Multiple choice")


TEXT_TYPES = frozenset({PropertyType.TEXT, PropertyType.LONG_TEXT, PropertyType.CHOICE})
