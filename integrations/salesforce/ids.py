"""Salesforce record ids: 15 case-sensitive characters, or 18 with a checksum of their case."""

from django.utils.translation import gettext as _

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def to_18(value: str) -> str:
    """The 18-character form of a 15- or 18-character id.

    Raises ValueError with a sentence for people when the value is no id, or when its case was lost on the way
    (a spreadsheet that changed capitals, for instance), which the checksum reveals.
    """
    text = value.strip()
    if not (text.isascii() and text.isalnum() and len(text) in (15, 18)):
        raise ValueError(_("This is no Salesforce ID: it needs 15 or 18 letters and digits."))
    complete = text[:15] + _checksum(text[:15])
    if len(text) == 18 and text[15:].upper() != complete[15:]:
        raise ValueError(_("This is no Salesforce ID: its last three characters do not fit the others."))
    return complete


def is_id(value: str) -> bool:
    """Whether the value is a well-formed 15- or 18-character id."""
    try:
        to_18(value)
    except ValueError:
        return False
    return True


def _checksum(id15: str) -> str:
    """Three characters: each tells which of five letters are capitals, lowest bit first."""
    groups = (id15[start : start + 5] for start in (0, 5, 10))
    return "".join(_CHECKSUM_ALPHABET[_capital_bits(group)] for group in groups)


def _capital_bits(group: str) -> int:
    return sum(1 << position for position, letter in enumerate(group) if letter.isupper())
