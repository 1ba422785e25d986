"""Salesforce's errors: an HTTP status and a JSON array of code and message."""

from collections.abc import Sequence

SEE_DESCRIBE = "Please reference your WSDL or the describe call for the appropriate names."


class ApiError(Exception):
    """An answer other than success, in the shape of Salesforce's REST errors."""

    def __init__(self, status: int, code: str, message: str, *, fields: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.fields = None if fields is None else list(fields)

    def body(self) -> list[dict[str, object]]:
        """The JSON array of a REST answer; `fields` only where Salesforce has it."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = self.fields
        return [error]

    def row(self) -> dict[str, object]:
        """The same error as collections tell it, row by row."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """404 for a path, an object or a record that is not there."""
    return ApiError(404, "NOT_FOUND", message)


def malformed_query(message: str) -> ApiError:
    """400 for SOQL that cannot be read or is not allowed."""
    return ApiError(400, "MALFORMED_QUERY", message)


def invalid_field(message: str) -> ApiError:
    """400 for a field that is unknown, hidden or not allowed where it stands."""
    return ApiError(400, "INVALID_FIELD", message)


def no_such_column(*, field: str, sobject: str) -> ApiError:
    """INVALID_FIELD as SOQL words it."""
    return invalid_field(
        f"No such column '{field}' on entity '{sobject}'. If you are attempting to use a custom field, "
        f"be sure to append the '__c' after the custom field name. {SEE_DESCRIBE}"
    )


def invalid_type(sobject: str) -> ApiError:
    """INVALID_TYPE for an object that SOQL does not know."""
    return ApiError(
        400,
        "INVALID_TYPE",
        f"sObject type '{sobject}' is not supported. If you are attempting to use a custom object, "
        f"be sure to append the '__c' after the entity name. {SEE_DESCRIBE}",
    )


def invalid_session() -> ApiError:
    """401 for a missing, unknown or expired access token."""
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
