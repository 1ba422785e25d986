"""Salesforce's text as SQL values of the property's type; null where it does not fit, never an error."""

from psycopg import sql

from crmbridge.properties import casts
from integrations.mapping.mapped_field import MappedField

# Without scheme, user, "www." and all that follows the host; something with a dot, to tell it from "n/a".
_HOST = r"^\s*(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@\s]*@)?(?:www\.)?((?:[^/:?#@\s.]+\.)+[^/:?#@\s.]{2,})\.?(?:[/:?#\s]|$)"
_DOMAIN = 'substring(lower({value} COLLATE "default") from {host})'


def cast(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    """The value as the property's column holds it, or as the bag of custom properties does; null if it does not fit."""
    typed = _typed(mapped, value)
    if mapped.longest is not None:
        typed = sql.SQL("CASE WHEN length({value}) <= {longest} THEN {typed} END").format(
            value=value, longest=sql.Literal(mapped.longest), typed=typed
        )
    return typed if mapped.is_column else sql.SQL("to_jsonb({})").format(typed)


def _typed(mapped: MappedField, value: sql.Composable) -> sql.Composed:
    if mapped.derive == "domain":
        return sql.SQL(_DOMAIN).format(value=value, host=sql.Literal(_HOST))
    return casts.typed(mapped.type, value)
