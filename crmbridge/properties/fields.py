"""Model fields for properties: nothing is cut, nothing is rounded, and blank is always null.

Null is how the sync rules tell "blank" (docs/behaviour.md), so text columns allow it and forms store it.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TextProperty(models.CharField):  # type: ignore[type-arg]
    """Text of any length on one line; blank is null."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"null": True, "blank": True, **kwargs})


class LongTextProperty(TextProperty):
    """Text of any length with line breaks; blank is null."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"widget": forms.Textarea, **kwargs})


class NumberProperty(models.DecimalField):  # type: ignore[type-arg]
    """A number with exactly the digits it came with."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"null": True, "blank": True, **kwargs})

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks except those that ask for a fixed number of digits."""
        return [
            message for message in super().check(**kwargs) if message.id not in ("fields.E130", "fields.E132")
        ]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return value if value is None or isinstance(value, Decimal) else Decimal(str(value))
