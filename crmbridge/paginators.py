"""Pages of long lists without counting every row."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

# Counting 500,000 rows takes PostgreSQL 60 ms and grows with the table; a few thousand take a few and do not.
EXACT_UP_TO = 5_000


def table_rows(model: Any) -> int:
    """How many rows the planner believes the table of a model to have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [model._meta.db_table]
        )
        (planned,) = cursor.fetchone() or (0,)
    return int(planned)


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to 5,000 rows; beyond that it says "more than", or "about" of a whole table."""

    is_estimate = False

    @cached_property
    def count(self) -> int:
        """The number of rows that pages are offered for."""
        counted = int(self._rows.order_by()[: EXACT_UP_TO + 1].count())
        if counted <= EXACT_UP_TO:
            return counted
        self.is_estimate = True
        return max(table_rows(self._rows.model), counted) if self._is_whole_table else EXACT_UP_TO

    @property
    def count_text(self) -> str:
        """The count in words, without the noun."""
        number = number_format(self.count, force_grouping=True)
        if not self.is_estimate:
            return number
        if self._is_whole_table:
            return _("about %(count)s") % {"count": number}
        return _("more than %(count)s") % {"count": number}

    @property
    def _rows(self) -> QuerySet[Any]:
        return cast(QuerySet[Any], self.object_list)

    @property
    def _is_whole_table(self) -> bool:
        return not self._rows.query.where
