"""What the services of the integration refuse for reasons of its own."""

from django.utils.translation import gettext as _

from crmbridge.errors import Refused


class AllotmentUsed(Refused):
    """crmbridge has made the API calls of the day that the settings allow it."""

    def __init__(self) -> None:
        super().__init__(
            _("The API calls that crmbridge may use a day are used up."),
            _("The import goes on when calls come free. To go on sooner, raise the number in the settings."),
        )
