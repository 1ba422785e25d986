"""The org's records as tests and the demo reach them, past the API and its rules."""

from typing import Any

from integrations.sandbox import ids, timestamps
from integrations.sandbox.fill import store_records
from integrations.sandbox.schema import Schema
from integrations.sandbox.soql.plan import SqlValue
from integrations.sandbox.store import Store

FIRST_NEW_RECORD = 1_000_000_000
CREATED = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
CHANGED = ("LastModifiedDate", "SystemModstamp")
PEOPLE = ("OwnerId", "CreatedById", "LastModifiedById")


class RecordAccess:
    """Reads and changes records directly; the API sees each change at once."""

    store: Store
    schema: Schema
    user_id: str

    def __init__(self) -> None:
        self._ids: dict[str, ids.IdSequence] = {}

    def sql(self, statement: str, *params: SqlValue) -> list[tuple[Any, ...]]:
        """Runs SQL on the org's records and returns its rows. Booleans are 0 and 1."""
        with self.store.transaction() as connection:
            return connection.execute(statement, params).fetchall()

    def count(self, sobject: str) -> int:
        """How many living records an object has."""
        where = "WHERE IsDeleted = 0" if "IsDeleted" in self.schema.objects[sobject].fields else ""
        return int(self.store.rows(f'SELECT COUNT(*) FROM "{sobject}" {where}')[0][0])  # noqa: S608

    def insert(self, sobject: str, **fields: SqlValue) -> str:
        """Adds a record as it is given and returns its id; made now, by and for the administrator."""
        record = self._known(sobject, CREATED, timestamps.now())
        record |= self._known(sobject, PEOPLE, self.user_id) | fields
        record.setdefault("Id", self._next_id(sobject))
        store_records(self.store, sobject, [record])
        return str(record["Id"])

    def update(self, sobject: str, record_id: str, **fields: SqlValue) -> None:
        """Sets fields of a record; its stamps move to now."""
        changes = self._known(sobject, CHANGED, timestamps.now()) | fields
        sets = ", ".join(f'"{name}" = ?' for name in changes)
        sql = f'UPDATE "{sobject}" SET {sets} WHERE Id = ?'  # noqa: S608
        self.sql(sql, *changes.values(), ids.to_18(record_id))

    def delete(self, sobject: str, record_id: str) -> None:
        """Moves a record to the bin."""
        self.update(sobject, record_id, IsDeleted=1)

    def _known(self, sobject: str, names: tuple[str, ...], value: str) -> dict[str, SqlValue]:
        return {name: value for name in names if name in self.schema.objects[sobject].fields}

    def _next_id(self, sobject: str) -> str:
        prefix = self.schema.objects[sobject].prefix
        fresh = ids.IdSequence(prefix=prefix, start=FIRST_NEW_RECORD)
        return self._ids.setdefault(sobject, fresh).take()
