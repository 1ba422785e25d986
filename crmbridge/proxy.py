"""What the proxy in front of the web server tells of the visitor."""

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that the proxy saw: the last of X-Forwarded-For, because visitors may write the others themselves."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))
