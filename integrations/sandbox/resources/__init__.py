"""The REST resources. Importing the package registers their routes."""

from integrations.sandbox.resources import (
    bulk_ingest,
    bulk_query,
    collections,
    composite,
    limits,
    query,
    record,
    replication,
    sobjects,
    versions,
)

__all__ = [
    "bulk_ingest",
    "bulk_query",
    "collections",
    "composite",
    "limits",
    "query",
    "record",
    "replication",
    "sobjects",
    "versions",
]
