"""Which row of the truth table decided what a property holds (docs/behaviour.md, section 4)."""

from django.utils.translation import gettext_lazy as _

from integrations.models import SyncRule

SENTENCES = {
    1: _("Salesforce has a value and there was none here, so Salesforce's came here."),
    2: _("Salesforce's value changed, so it came here."),
    3: _("It was changed here; Salesforce's value has not changed since it was last seen."),
    4: _("It was changed on both sides."),
    5: _("Salesforce has no value and never had one that was seen, so the value here stays."),
    6: _("The value was cleared in Salesforce, so it was cleared here."),
    7: _("It was cleared here, and Salesforce still has a value."),
    8: _("Both sides have no value."),
}
NOT_SYNCED = _("The rule says Don't sync, so nothing comes from Salesforce.")


def row_of(
    *, rule: str, sf: str | None, here: str | None, was_first: bool, came_from_salesforce: bool
) -> int:
    """The row; 0 where the rule does not sync.

    `sf` and `here` are the values now, in one spelling; `was_first` whether the property had none before,
    `came_from_salesforce` whether an import or back-fill wrote it last.
    """
    if rule == SyncRule.DONT_SYNC:
        return 0
    if sf is None and here is None:
        return 6 if came_from_salesforce and not was_first else 8
    if sf is None:
        return 5
    if here is None:
        return 7
    if sf == here:
        return 1 if was_first else 2
    return 4 if came_from_salesforce else 3
