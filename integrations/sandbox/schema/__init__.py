"""What objects and fields the org has: data files, their reader, and the answers of describe."""

from integrations.sandbox.schema.model import Field, Schema, SObject

__all__ = ["Field", "SObject", "Schema"]
