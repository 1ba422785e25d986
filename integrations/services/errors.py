"""What a service says when it will not do what was asked."""

from typing import Any

from django.utils.translation import gettext as _


class Refused(Exception):
    """An expected "no": one sentence that says why, and what to do about it."""

    def __init__(self, message: Any, remedy: Any = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.message, self.remedy) if part)


class AllotmentUsed(Refused):
    """crmbridge has made the API calls of the day that the settings allow it."""

    def __init__(self) -> None:
        super().__init__(
            _("The API calls that crmbridge may use a day are used up."),
            _("The import goes on when calls come free. To go on sooner, raise the number in the settings."),
        )
