"""Who is there."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest


def signed_in(request: HttpRequest) -> User:
    """The person who asks; only for pages that nobody sees without signing in."""
    return cast(User, request.user)
