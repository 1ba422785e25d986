"""The four sync rules as SQL (behaviour.md, section 4, truth table).

Every function takes SQL expressions of one type: `sf` the value in Salesforce now, `base` its value when last
seen (null when it was blank or never seen), `here` the value in crmbridge, `newer_here` whether the property
changed here later than the record in Salesforce. Blank is null throughout.
"""

from psycopg import sql

from integrations.models import SyncRule

# Rows 1–4 and 7: what Salesforce has. Row 6: cleared there, so cleared here. Rows 5 and 8: what is here.
_SALESFORCE_LEADS = """CASE
    WHEN {sf} IS NOT NULL THEN {sf}
    WHEN {base} IS NOT NULL THEN NULL
    ELSE {here} END"""

_MERGED = {
    SyncRule.PREFER_SALESFORCE: _SALESFORCE_LEADS,
    SyncRule.ALWAYS_SALESFORCE: _SALESFORCE_LEADS,
    SyncRule.DONT_SYNC: "{here}",
    SyncRule.TWO_WAY: """CASE
        WHEN {sf} IS NOT DISTINCT FROM {base} THEN {here} /* rows 3, 5, 7, 8: nothing new in Salesforce */
        WHEN {sf} IS NULL THEN CASE WHEN {newer_here} THEN {here} END /* row 6 */
        WHEN {here} IS NOT DISTINCT FROM {base} THEN {sf} /* rows 1, 2: nothing new here */
        WHEN {newer_here} THEN {here} ELSE {sf} END /* row 4 */""",
}

_WOULD_WRITE = {
    SyncRule.PREFER_SALESFORCE: "({sf} IS NULL AND {base} IS NULL AND {here} IS NOT NULL)",
    SyncRule.ALWAYS_SALESFORCE: "false",
    SyncRule.DONT_SYNC: "false",
    # What stays here although Salesforce has something else.
    SyncRule.TWO_WAY: "({merged} IS DISTINCT FROM {sf})",
}


def merged(
    rule: str, *, sf: sql.Composable, base: sql.Composable, here: sql.Composable, newer_here: sql.Composable
) -> sql.Composed:
    """The value that crmbridge holds after the rule was applied."""
    return sql.SQL(_MERGED[SyncRule(rule)]).format(sf=sf, base=base, here=here, newer_here=newer_here)


def would_write(
    rule: str, *, sf: sql.Composable, base: sql.Composable, here: sql.Composable, newer_here: sql.Composable
) -> sql.Composed:
    """Whether the rule sends the value here to Salesforce (blank included: row 7 clears it there)."""
    result = merged(rule, sf=sf, base=base, here=here, newer_here=newer_here)
    return sql.SQL(_WOULD_WRITE[SyncRule(rule)]).format(sf=sf, base=base, here=here, merged=result)


def first_value(rule: str, *, sf: sql.Composable) -> sql.Composable:
    """The value that a record created by the import starts with: row 1 of the table."""
    return sql.SQL("NULL") if rule == SyncRule.DONT_SYNC else sf
