"""The language of a person: chosen once, kept with the account, the same in every browser."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.i18n import set_language

from crmbridge.models import Preference

_COOKIE = settings.LANGUAGE_COOKIE_NAME


def choose(request: HttpRequest) -> HttpResponse:
    """Changes the language of the page and remembers it for the person who is logged in."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and request.method == "POST" and chosen in dict(settings.LANGUAGES):
        Preference.objects.update_or_create(user=request.user, defaults={"language": chosen})
    return response


@receiver(user_logged_in)
def remember(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Notes the person's language on the request, for the answer to carry it to this browser."""
    if request is not None and (language := _language_of(user)):
        request.chosen_language = language  # type: ignore[attr-defined]


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Gives the browser in which a person has just logged in the person's language."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if language := getattr(request, "chosen_language", ""):
            response.set_cookie(
                _COOKIE,
                language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response

    return answer


def _language_of(user: Any) -> str:
    return Preference.objects.filter(user=user).values_list("language", flat=True).first() or ""


urlpatterns = [path("i18n/setlang/", choose, name="set_language")]
