"""What the worker does for lists."""

from crmbridge.lists import exports


def export_slice(export_id: int, turn: int) -> None:
    """Some parts of a file."""
    exports.run_slice(export_id=export_id, turn=turn)
