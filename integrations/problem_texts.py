"""The sentence and the remedy of each kind of problem."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ProblemText:
    """A label for sums and cards, a sentence about one record, and what to do."""

    label: Any
    sentence: Any
    remedy: Any


TEXTS = {
    "duplicate_email": ProblemText(
        _("Duplicate e-mail"),
        _("Another Salesforce record, %(other)s, has the same e-mail address and is the contact here."),
        _("Merge the two in Salesforce, or give one of them another address; then retry."),
    ),
    "no_email": ProblemText(
        _("No e-mail address"),
        _("The record has no e-mail address, and the settings say to skip such records."),
        _("Add an address in Salesforce, or let the settings import records without e-mail; then retry."),
    ),
    "converted": ProblemText(
        _("Converted lead"),
        _("The lead was converted to the contact %(other)s, which is here; the lead no longer changes it."),
        _("Nothing to do."),
    ),
    "converted_waiting": ProblemText(
        _("Converted lead, contact not here"),
        _("The lead was converted to the contact %(other)s, which has not been imported."),
        _("Import contacts; the lead is then linked by itself."),
    ),
    "deleted": ProblemText(
        _("Deleted in Salesforce"),
        _("The record is deleted in Salesforce. It is not created here; what was made from it stays."),
        _("Nothing to do."),
    ),
    "merged": ProblemText(
        _("Merged in Salesforce"),
        _("The record was merged into %(other)s in Salesforce, which stands for it here."),
        _("Nothing to do."),
    ),
    "value_misfit": ProblemText(
        _("Value does not fit"),
        _(
            "The value “%(value)s” of %(field)s does not fit the property %(property)s, which stays as it was."
        ),
        _("Correct the value in Salesforce, or map the field to a property of another type; then retry."),
    ),
    "value_too_long": ProblemText(
        _("Value too long"),
        _("The value of %(field)s is longer than the property %(property)s takes, which stays as it was."),
        _("Shorten the value in Salesforce, or allow longer values; then retry."),
    ),
    "email_taken": ProblemText(
        _("E-mail address taken"),
        _("Another contact here has the e-mail address %(value)s, so this contact keeps its old one."),
        _("Merge the two in Salesforce, or change one address; then retry."),
    ),
    "account_missing": ProblemText(
        _("Account missing"),
        _("The contact belongs to the account %(other)s, which the connected Salesforce user cannot see."),
        _("Give that user access to the account in Salesforce, then import accounts again."),
    ),
}

UNKNOWN = ProblemText(
    _("Problem"), _("The record could not be imported."), _("Retry; if it stays, look at the raw message.")
)


def text_of(code: str) -> ProblemText:
    """The words for a problem code."""
    return TEXTS.get(code, UNKNOWN)
