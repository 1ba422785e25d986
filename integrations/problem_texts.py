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
    "mapping_field_gone": ProblemText(
        _("Mapped field cannot be read"),
        _(
            "The Salesforce user cannot read the field %(field)s any more, so it does not feed the property"
            " %(property)s. Everything else is imported."
        ),
        _(
            "Give the user read permission on the field in Salesforce, or choose another field in the mapping."
        ),
    ),
    "mapping_type_misfit": ProblemText(
        _("Mapped field has another type"),
        _(
            "The type of the field %(field)s no longer fits the property %(property)s, so it does not feed it."
            " Everything else is imported."
        ),
        _("Choose another field in the mapping, or map the field to a property of its type."),
    ),
    "mapping_calculated": ProblemText(
        _("Mapped field is calculated"),
        _(
            "Salesforce calculates the field %(field)s, and the rule of its mapping would write it, so it does not"
            " feed the property %(property)s. Everything else is imported."
        ),
        _("Choose Always use Salesforce as the rule of the mapping."),
    ),
    "file_duplicate": ProblemText(
        _("Row repeated"),
        _("Row %(other)s is the same contact, so this row is left out."),
        _("Keep one row for each contact, then import the file again."),
    ),
    "file_no_identity": ProblemText(
        _("No e-mail address, no Salesforce ID"),
        _("Nothing in the row says which contact it is, so it could only make a double."),
        _("Add an e-mail address or a Salesforce ID, then import the row again."),
    ),
    "file_unknown_id": ProblemText(
        _("Salesforce ID not here"),
        _("No contact here has the Salesforce ID %(value)s, and the row has no e-mail address."),
        _("Import contacts from Salesforce first, or add an e-mail address."),
    ),
    "file_not_here": ProblemText(
        _("Not here yet"),
        _("The contact is not here, and only contacts that are here were to be updated."),
        _("To create it too, import the file again and choose that."),
    ),
    "file_is_here": ProblemText(
        _("Here already"),
        _("The contact is here already, and only new contacts were to be created."),
        _("To update it too, import the file again and choose that."),
    ),
    "file_email_taken": ProblemText(
        _("E-mail address taken"),
        _("Another contact here has the e-mail address %(value)s, so this contact keeps its old one."),
        _("Correct the address or the Salesforce ID in the file, then import the row again."),
    ),
    "file_bad_email": ProblemText(
        _("No e-mail address"),
        _("“%(value)s” is no e-mail address."),
        _("Correct it in the file, then import the row again."),
    ),
    "file_bad_id": ProblemText(
        _("No Salesforce ID"),
        _("“%(value)s” is no Salesforce ID: those have 15 or 18 letters and digits, and their case matters."),
        _("Correct it in the file, then import the row again."),
    ),
    "file_value_misfit": ProblemText(
        _("Value does not fit"),
        _(
            "“%(value)s” does not fit the property %(property)s, which stays as it was. The rest of the row goes in."
        ),
        _("Write days as 2026-01-31, numbers as 1234.5, yes or no as yes or no; then import the row again."),
    ),
    "file_value_too_long": ProblemText(
        _("Value too long"),
        _("The value of the property %(property)s is longer than 255 letters. The property stays as it was."),
        _("Shorten it in the file, then import the row again."),
    ),
    "file_row_failed": ProblemText(
        _("Row could not be read"),
        _("The row could not be taken in."),
        _("Look for odd characters in it, then import the row again."),
    ),
    "undo_changed_later": ProblemText(
        _("Changed later"),
        _("It was changed after the import by somebody else, so it stays as it is now."),
        _("Its history says who changed it. Undo that first, or restore the older value there."),
    ),
    "undo_email_taken": ProblemText(
        _("E-mail address taken"),
        _("Another contact has this e-mail address by now."),
        _("Give one of the two contacts another address."),
    ),
    "undo_company_gone": ProblemText(
        _("Company not here"),
        _("The company that it belonged to before is not here any more."),
        _("Nothing to do."),
    ),
    "undo_in_salesforce": ProblemText(
        _("Also in Salesforce"),
        _("The contact was found in Salesforce since, so it is not only of the file any more."),
        _("Delete it here if it should go; the next import brings it again."),
    ),
    "undo_has_contacts": ProblemText(
        _("Has contacts"),
        _("Contacts that stay belong to the company."),
        _("Give them another company if it should go, then delete it."),
    ),
    "undo_is_here": ProblemText(
        _("Is here"),
        _("A record with this number is here."),
        _("Nothing to do."),
    ),
    "undo_imported_again": ProblemText(
        _("Imported again"),
        _("An import has created the record anew since."),
        _("Nothing to do."),
    ),
}

UNKNOWN = ProblemText(
    _("Problem"), _("The record could not be imported."), _("Retry; if it stays, look at the raw message.")
)


def text_of(code: str) -> ProblemText:
    """The words for a problem code."""
    return TEXTS.get(code, UNKNOWN)
