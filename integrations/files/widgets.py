"""Cells of a file as values of properties; ValueError where a cell does not fit."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from import_export.widgets import BooleanWidget, DateWidget, Widget

from contacts.models import Contact
from crmbridge.properties.fields import is_email
from crmbridge.properties.types import PropertyType

_THOUSANDS = re.compile(r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$")
_NUMBER = re.compile(r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$")
_MOST_DIGITS = 255


class TooLong(ValueError):
    """The cell holds more letters than the property may."""


class TextWidget(Widget):
    """Text; white space around it was taken off before."""

    def __init__(self, *, longest: int | None = None) -> None:
        super().__init__()
        self.longest = longest

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if self.longest is not None and len(value) > self.longest:
            raise TooLong(value)
        return value


class EmailWidget(Widget):
    """An e-mail address."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if not is_email(value):
            raise ValueError(value)
        return value


class NumberWidget(Widget):
    """A number with exactly its digits; 1,234,567 may be grouped so, and digits may be wide ones."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = unicodedata.normalize("NFKC", value).replace(" ", "")
        text = text.replace(",", "") if _THOUSANDS.match(text) else text
        if len(text) > _MOST_DIGITS or not _NUMBER.match(text):
            raise ValueError(value)
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(value) from None


class YesNoWidget(BooleanWidget):
    """Yes or no in English or Japanese; anything else does not fit."""

    TRUE_VALUES = ("1", "true", "yes", "y", "t", "on", "x", "はい", "有", "○")
    FALSE_VALUES = ("0", "false", "no", "n", "f", "off", "いいえ", "無", "×")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        plain = unicodedata.normalize("NFKC", value).casefold()
        if plain in self.TRUE_VALUES:
            return True
        if plain in self.FALSE_VALUES:
            return False
        raise ValueError(value)


class DayWidget(DateWidget):
    """A day; 03/04/2026 is in March for some and in April for others, so it is not taken."""

    def __init__(self) -> None:
        super().__init__()
        self.formats = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y")


def widget_of(name: str, type: str) -> Widget:
    """What reads the cells of a standard property."""
    if name == "email":
        return EmailWidget()
    if type == PropertyType.NUMBER:
        return NumberWidget()
    if type == PropertyType.DATE:
        return DayWidget()
    if type == PropertyType.YES_NO:
        return YesNoWidget()
    return TextWidget(longest=getattr(Contact._meta.get_field(name), "longest", None))
