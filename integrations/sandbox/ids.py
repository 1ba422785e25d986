"""Salesforce ids: fifteen case-sensitive characters, and three more that spell out their case."""

import re
from functools import lru_cache
from itertools import count

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CASE_LETTERS = DIGITS[10:36] + DIGITS[:6]
UPPER = frozenset(DIGITS[10:36])
POD = "5g0"

is_id = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?").fullmatch


def to_18(short: str) -> str:
    """The 18-character form of a 15-character id; anything else comes back unchanged."""
    if len(short) != 15 or not is_id(short):
        return short
    return short + _case_letter(short[:5]) + _case_letter(short[5:10]) + _case_letter(short[10:])


@lru_cache(maxsize=4_096)
def _case_letter(five: str) -> str:
    return CASE_LETTERS[sum(1 << place for place, letter in enumerate(five) if letter in UPPER)]


def base62(number: int, *, width: int) -> str:
    """The number in the org's digits, padded with zeros on the left."""
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return text.rjust(width, "0")


def new_id(*, prefix: str, number: int) -> str:
    """The 18-character id of the object's n-th record: prefix, pod, one reserved zero, counter."""
    return to_18(f"{prefix}{POD}0{base62(number, width=8)}")


class IdSequence:
    """Hands out the ids of one object, each once; `next()` on a count is atomic across threads."""

    def __init__(self, *, prefix: str, start: int = 1) -> None:
        self.prefix = prefix
        self._numbers = count(start)

    def take(self) -> str:
        """The next id."""
        return new_id(prefix=self.prefix, number=next(self._numbers))
