"""Filters as one condition of a query: pure, with every value a parameter.

A condition is true or it is not; null is never true and nothing depends on it. Negations are written so that records
without a value match only where the filter says so (docs/lists.md, Blanks).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import DataContains
from django.db.models.functions import Coalesce
from django.db.models.lookups import Contains as ContainsText
from django.db.models.lookups import (
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    PatternLookup,
    StartsWith,
)
from django.utils import timezone

from contacts.models import Contact
from crmbridge.lists.filters import expressions, values
from crmbridge.lists.filters.catalogue import Catalogue, KnownImport, KnownList, KnownProperty
from crmbridge.lists.filters.check import operator_of, refuse_broken
from crmbridge.lists.filters.definition import About, Definition, Filter
from crmbridge.lists.models import CAMPAIGN_SOURCE, MODELS, ListMember
from crmbridge.properties.models import PropertyChange, RecordKind
from crmbridge.properties.types import PropertyType


@dataclass(frozen=True)
class Scope:
    """Whose filters these are, and how the query reaches that record; `is_one` when it asks about a single one."""

    kind: str
    prefix: str = ""
    key: str = "pk"
    is_one: bool = False

    @property
    def its_company(self) -> "Scope":
        """The company of the contact that the query is about."""
        return Scope(RecordKind.COMPANY, prefix="company__", key="company_id", is_one=self.is_one)

    @property
    def any_contact(self) -> "Scope":
        """A contact of the company that the query is about; its condition stands in a query of its own."""
        return Scope(RecordKind.CONTACT, is_one=self.is_one)


def records(
    definition: Definition, *, kind: str, catalogue: Catalogue, today: date, list_id: int | None = None
) -> QuerySet[Any]:
    """The records that the filters describe; CannotBeWorkedOut when they name what is not there."""
    refuse_broken(definition, kind=kind, catalogue=catalogue, list_id=list_id)
    condition = Compiler(catalogue, today).condition(definition, Scope(kind))
    found: QuerySet[Any] = MODELS[RecordKind(kind)].objects.filter(condition)
    return found


class Compiler:
    """Turns filters into conditions; they must have been found without errors."""

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self.catalogue, self.today = catalogue, today

    def condition(self, definition: Definition, scope: Scope) -> Q:
        """All filters of any group."""
        groups = [reduce(and_, (self._filter(item, scope) for item in group)) for group in definition.groups]
        return reduce(or_, groups)

    def _filter(self, item: Filter, scope: Scope) -> Q:
        if item.about == About.LIST:
            return self._lists(item, scope)
        if item.about == About.CAMPAIGN:
            sources = [CAMPAIGN_SOURCE + value for value in item.values]
            return _static(Q(list__source__in=sources), scope, is_on=item.operator == "in_campaign")
        if item.about == About.IMPORT:
            return self._imports(item, scope)
        if item.about == scope.kind:
            return self._property(item, scope)
        if item.about == About.COMPANY:
            return self._property(item, scope.its_company)
        return _any_contact(self._property(item, scope.any_contact), scope)

    def _property(self, item: Filter, scope: Scope) -> Q:
        known = self.catalogue.property(item.about, item.property)
        operator = operator_of(item, self.catalogue)
        if known is None or operator is None:
            raise LookupError(item)  # refuse_broken came first
        value = expressions.value(known, scope.prefix)
        if item.operator in ("known", "unknown"):
            return Q(IsNull(value, item.operator == "unknown"))
        given = values.typed(item, operator)
        if item.operator in ("ever", "never"):
            ever = _is_any(known, scope.prefix, given) | Q(_was_any(known, scope, given))
            return ever if item.operator == "ever" else ~_certain(ever)
        condition = self._compare(known, scope.prefix, item.operator, given)
        return condition | Q(IsNull(value, True)) if item.with_blank else condition

    def _compare(self, known: KnownProperty, prefix: str, operator: str, given: list[Any]) -> Q:
        if operator in ("is", "any_of", "has_any"):
            return _is_any(known, prefix, given)
        if operator in ("is_not", "none_of", "has_none"):
            is_known = Q(IsNull(expressions.value(known, prefix), False))
            return is_known & ~_certain(_is_any(known, prefix, given))
        if operator in ("yes", "no"):
            return _is_any(known, prefix, [operator == "yes"])
        if operator == "has_all":
            return _holds(known, prefix, given)
        if known.type == PropertyType.NUMBER:
            return _number(expressions.number(known, prefix), operator, given)
        if known.type in (PropertyType.DATE, PropertyType.DATETIME):
            return _span(known, prefix, values.days(operator, given, today=self.today))
        text = expressions.in_small_letters(expressions.value(known, prefix))
        found = reduce(or_, (Q(_PATTERNS[operator](text, expressions.small(one))) for one in given))
        return ~found if operator == "not_contains" else found

    def _lists(self, item: Filter, scope: Scope) -> Q:
        lists = [self.catalogue.lists[number] for number in item.numbers]
        if item.operator == "member":
            return reduce(or_, (self._on(known, scope, is_on=True) for known in lists))
        return reduce(and_, (self._on(known, scope, is_on=False) for known in lists))

    def _on(self, known: KnownList, scope: Scope, *, is_on: bool) -> Q:
        """Whether the record is on the list: itself, its company, or any of its contacts, by what the list holds."""
        if scope.kind == RecordKind.COMPANY and known.kind == RecordKind.CONTACT:
            any_contact = _any_contact(self._on(known, scope.any_contact, is_on=True), scope)
            return any_contact if is_on else ~any_contact
        scope = scope if scope.kind == known.kind else scope.its_company
        if not known.is_active:
            return _static(Q(list=known.id), scope, is_on=is_on)
        condition = self.condition(known.definition, scope)
        return condition if is_on else ~_certain(condition)

    def _imports(self, item: Filter, scope: Scope) -> Q:
        created = Q(In(F(f"{scope.prefix}created_by_import"), item.numbers))
        if item.operator == "created_by":
            return created
        written = PropertyChange.objects.filter(kind=scope.kind, source_id__in=item.numbers)
        if scope.is_one:
            return created | Q(Exists(written.filter(record_id=OuterRef(scope.key))))
        written = written.filter(*_between(self.catalogue.imports(item.numbers).values()))
        return created | Q(**{f"{scope.key}__in": written.values("record_id")})


def _certain(condition: Q) -> Q:
    """The condition with false for null, so that it can be negated."""
    return Q(Coalesce(ExpressionWrapper(condition, BooleanField()), Value(False)))


def _any_contact(condition: Q, company: Scope) -> Q:
    return Q(Exists(Contact.objects.filter(condition, company=OuterRef(company.key)).order_by()))


def _static(lists: Q, scope: Scope, *, is_on: bool) -> Q:
    """IN for those who are on a list: hashed even beside OR. NOT EXISTS for those who are not: an anti-join."""
    column = f"{scope.kind}_id"
    if is_on and not scope.is_one:
        members = ListMember.objects.filter(lists, **{f"{column}__isnull": False})
        return Q(**{f"{scope.key}__in": members.values(column)})
    there = Q(Exists(ListMember.objects.filter(lists, **{column: OuterRef(scope.key)})))
    return there if is_on else ~there


def _between(imports: Iterable[KnownImport]) -> list[Q]:
    """When these imports wrote: the history is found by its time, not by what wrote it."""
    since, until = zip(*((one.since, one.until) for one in imports), strict=True)
    bounds = [Q(at__gte=min(since))] if all(since) else []
    return [*bounds, Q(at__lte=max(until))] if all(until) else bounds


def _is_any(known: KnownProperty, prefix: str, given: list[Any]) -> Q:
    """Whether the value is one of these; of several choices, whether one of them is among these."""
    value = expressions.value(known, prefix)
    if known.type in (PropertyType.TEXT, PropertyType.LONG_TEXT):
        return _is_any_text(value, given)
    if known.type == PropertyType.NUMBER:
        return Q(In(expressions.number(known, prefix), given))
    if known.type == PropertyType.DATE:
        return Q(In(value, given if known.column else [one.isoformat() for one in given]))
    if known.type == PropertyType.MULTIPLE_CHOICE:
        return reduce(or_, (_holds(known, prefix, [one]) for one in given))
    if known.column:
        return Q(In(value, given))
    # The index of custom properties knows containment only, and only records that have any.
    return reduce(or_, (_holds(known, prefix, one) for one in given))


def _holds(known: KnownProperty, prefix: str, value: Any) -> Q:
    bag = F(f"{prefix}properties")
    wanted, nothing = Value({known.name: value}, JSONField()), Value({}, JSONField())
    return Q(DataContains(bag, wanted)) & ~Q(Exact(bag, nothing))


def _number(value: Any, operator: str, given: list[Any]) -> Q:
    if operator == "ne":
        return ~Q(Exact(value, given[0]))
    if operator == "within":
        return Q(GreaterThanOrEqual(value, given[0])) & Q(LessThanOrEqual(value, given[1]))
    return Q(_NUMBERS[operator](value, given[0]))


def _span(known: KnownProperty, prefix: str, span: values.Span) -> Q:
    value = expressions.day_or_moment(known, prefix)
    first, beyond = span.first, span.last + timedelta(days=1) if span.last else None
    bounds: list[Q] = []
    if first is not None:
        bounds.append(Q(GreaterThanOrEqual(value, _bound(known, first))))
    if beyond is not None:
        bounds.append(Q(LessThan(value, _bound(known, beyond))))
    return reduce(and_, bounds)


def _bound(known: KnownProperty, day: date) -> Any:
    """The day as the value is compared; of a moment the beginning of the day where the installation is."""
    if known.type == PropertyType.DATETIME:
        return timezone.make_aware(datetime.combine(day, time()))
    return day if known.column else day.isoformat()


def _was_any(known: KnownProperty, scope: Scope, given: list[Any]) -> Exists:
    """Whether the history of the record has one of the values, before or after a change."""
    changes = PropertyChange.objects.filter(
        kind=known.kind, property=known.column or known.name, record_id=OuterRef(scope.key)
    )
    return Exists(changes.filter(_in_history(known, "old", given) | _in_history(known, "new", given)))


def _in_history(known: KnownProperty, column: str, given: list[Any]) -> Q:
    """History holds values as the database writes them as text."""
    if known.type in (PropertyType.TEXT, PropertyType.LONG_TEXT):
        return _is_any_text(F(column), given)
    if known.type == PropertyType.NUMBER:
        return Q(In(expressions.number_in(F(column)), given))
    if known.type == PropertyType.DATE:
        return Q(**{f"{column}__in": [one.isoformat() for one in given]})
    if known.type == PropertyType.YES_NO:
        return Q(**{f"{column}__in": ["true" if one else "false" for one in given]})
    # A choice that became a multiple one has single values in its history.
    single = Q(**{f"{column}__in": given})
    if known.type == PropertyType.MULTIPLE_CHOICE:
        return reduce(or_, (_among(column, expressions.as_json(one)) for one in given), single)
    return single


def _among(column: str, written: str) -> Q:
    """Whether a JSON array as text has this string, first or behind another; quotation marks in one are escaped."""
    first, later = Q(**{f"{column}__startswith": f"[{written}"}), Q(**{f"{column}__contains": f", {written}"})
    return Q(**{f"{column}__startswith": "["}) & (first | later)


def _is_any_text(value: Any, given: list[str]) -> Q:
    return Q(In(expressions.in_small_letters(value), [expressions.small(one) for one in given]))


_PATTERNS: dict[str, type[PatternLookup]] = {
    "contains": ContainsText,
    "not_contains": ContainsText,
    "starts": StartsWith,
    "ends": EndsWith,
}
_NUMBERS: dict[str, Callable[..., Any]] = {
    "eq": Exact,
    "lt": LessThan,
    "le": LessThanOrEqual,
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
}
