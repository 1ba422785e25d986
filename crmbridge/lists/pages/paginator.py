"""Pages of a list's members: the numbers of one page's records first, then only these records."""

from typing import Any

from django.core.paginator import Page
from django.db.models import F
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from crmbridge.lists import counting, statements
from crmbridge.paginators import EstimatingPaginator, table_rows

# Looking through so many records from the newest on takes about as long as finding all members of a short list.
_LOOKED_THROUGH = 50_000


class MembersPaginator(EstimatingPaginator):
    """Counts nothing: `size` is what the list had when it was last counted, None when it never was."""

    size: int | None = None

    @cached_property
    def count(self) -> int:
        """What was counted; exact when all members stand on one page."""
        if len(self._first) <= self.per_page:
            return len(self._first)
        self.is_estimate = True
        return max(self.size or 0, len(self._first))

    @property
    def count_text(self) -> str:
        """The number in words; of a list that was never counted, that there are more than one page shows."""
        if not self.is_estimate:
            return str(self.count)
        if self.size is None:
            return _("more than %(count)s") % {"count": self.per_page}
        return _("about %(count)s") % {"count": number_format(self.count, force_grouping=True)}

    def page(self, number: Any) -> Page[Any]:
        """The members of one page."""
        number = self.validate_number(number)
        pks = (
            self._first[: self.per_page]
            if number == 1
            else self._numbers((number - 1) * self.per_page, self.per_page)
        )
        return Page(self._rows.filter(pk__in=pks), number, self)

    @cached_property
    def _first(self) -> list[int]:
        return self._numbers(0, self.per_page + 1)

    def _numbers(self, bottom: int, length: int) -> list[int]:
        """The numbers of the records that stand there, found the way that suits how many match.

        The planner guesses that badly (docs/architecture.md, Lists): for the newest fifty of many it would find and
        sort all of them, for the newest fifty of few look through the whole table in order.
        """
        rows, top = self._rows.values_list("pk", flat=True), bottom + length
        if set(self._rows.query.order_by) - {"-id", "-pk"}:
            return list(rows[bottom:top])
        total = table_rows(self._rows.model)
        members = max(self.size if self.size is not None else counting.estimate(self._rows), 1)
        if top * total / members > _LOOKED_THROUGH:
            return list(rows.order_by((F("pk") + 0).desc())[bottom:top])
        with statements.in_order():
            return list(rows[bottom:top])
