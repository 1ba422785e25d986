"""SOQL: parsed with a grammar, checked against the schema, run on SQLite with parameters."""

from integrations.sandbox.soql.parse import parse
from integrations.sandbox.soql.plan import Column, Plan
from integrations.sandbox.soql.translate import translate

__all__ = ["Column", "Plan", "parse", "translate"]
