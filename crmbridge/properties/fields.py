"""Model fields for properties: nothing is cut, nothing is rounded, and blank is always null.

Null is how the sync rules tell "blank" (docs/behaviour.md), so text columns allow it and forms store it.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

# An entry of an index holds some 2,700 bytes; two names of four bytes a letter fit into one.
LONGEST_INDEXED = 255
_MOST_DIGITS = 1_000


def is_email(value: str) -> bool:
    """Whether it is an e-mail address, in letters whose case the database and Python agree on."""
    try:
        validate_email(value)
    except ValidationError:
        return False
    return value.lower() == value.casefold() and len(value.lower()) == len(value) <= LONGEST_INDEXED


def validate_digits(value: Decimal) -> None:
    """Raises ValidationError for a number that is written short and stored in more digits than anybody means."""
    if (
        not value.is_finite()
        or abs(value.adjusted()) > _MOST_DIGITS
        or len(value.as_tuple().digits) > _MOST_DIGITS
    ):
        raise ValidationError(_("Enter a number of at most 1,000 digits."))


class TextProperty(models.CharField):  # type: ignore[type-arg]
    """Text on one line, of any length unless `longest` says how many letters an index takes; blank is null."""

    def __init__(self, verbose_name: Any = None, *, longest: int | None = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"null": True, "blank": True, **kwargs})
        self.longest = longest

    def formfield(self, **kwargs: Any) -> Any:
        limit = {"max_length": self.longest} if self.longest else {}
        return super().formfield(**{**limit, **kwargs})


class LongTextField(forms.CharField):
    """Text with line breaks as records hold them: browsers send two characters for each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class LongTextProperty(TextProperty):
    """Text of any length with line breaks; blank is null."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LongTextField, "widget": forms.Textarea, **kwargs})


class NumberProperty(models.DecimalField):  # type: ignore[type-arg]
    """A number with exactly the digits it came with."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"null": True, "blank": True, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        field = super().formfield(**kwargs)
        if field is not None:
            field.validators = [*field.validators, validate_digits]
        return field

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks except those that ask for a fixed number of digits."""
        return [
            message for message in super().check(**kwargs) if message.id not in ("fields.E130", "fields.E132")
        ]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return value if value is None or isinstance(value, Decimal) else Decimal(str(value))
