"""What a service says when it will not do what was asked."""

from typing import Any


class Refused(Exception):
    """An expected "no": one sentence that says why, and what to do about it."""

    def __init__(self, message: Any, remedy: Any = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.message, self.remedy) if part)
