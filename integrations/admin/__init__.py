"""The integration's pages; importing this registers them."""

from integrations import panels
from integrations.admin import connection, imports, problems

__all__ = ["connection", "imports", "panels", "problems"]
