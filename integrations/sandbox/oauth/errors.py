"""OAuth's errors: an object, not the array of the REST API."""

from integrations.sandbox.messages import Response


class OAuthError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description

    def response(self) -> Response:
        """The answer: 400 with `error` and `error_description`."""
        return Response.json({"error": self.error, "error_description": self.description}, status=400)


def invalid_grant(description: str) -> OAuthError:
    """The code, token, assertion or password does not open anything."""
    return OAuthError("invalid_grant", description)
