"""Connecting to Salesforce in the browser, connecting again, and disconnecting."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from crmbridge.crypto import CredentialsUnreadable
from crmbridge.errors import Refused
from crmbridge.people import signed_in
from integrations.forms.connect import ConnectForm
from integrations.models import SalesforceConnection
from integrations.salesforce.errors import SalesforceError
from integrations.services import connect, web_sign_in

_NAME = "integrations_salesforceconnection"
_HUB = f"admin:{_NAME}_changelist"
_KEPT = "salesforce_sign_in"


class ConnectPages:
    """The pages under Integrations that change the connection."""

    def __init__(
        self,
        *,
        view: Callable[..., Any],
        context: Callable[[HttpRequest], dict[str, Any]],
        may_change: Callable[[HttpRequest], bool],
    ) -> None:
        self._view, self._context, self._may_change = view, context, may_change

    @property
    def urls(self) -> list[Any]:
        """The address of each page."""
        pages = (
            ("connect/", self.connect, "connect"),
            ("connect/callback/", self.callback, "callback"),
            ("connect/again/", self.again, "again"),
            ("disconnect/", self.disconnect, "disconnect"),
        )
        return [path(route, self._view(page), name=f"{_NAME}_{name}") for route, page, name in pages]

    @method_decorator(sensitive_post_parameters("client_secret"))
    def connect(self, request: HttpRequest) -> HttpResponse:
        """Asks where to sign in and as which app; then leads on to Salesforce."""
        self._check(request)
        known = connect.current()
        if request.method != "POST":
            return self._ask(request, ConnectForm(connection=known))
        form = ConnectForm(request.POST, connection=known)
        if form.is_valid():
            try:
                return self._leave(request, form)
            except SalesforceError as error:
                form.add_error("my_domain", str(error))
            except CredentialsUnreadable:
                form.add_error(
                    "client_secret", _("The stored secret cannot be read any more. Enter it again.")
                )
        return self._ask(request, form)

    @method_decorator(never_cache)
    def callback(self, request: HttpRequest) -> HttpResponse:
        """Takes what Salesforce's sign-in page answers."""
        self._check(request)
        kept = request.session.pop(_KEPT, None)
        return self._connected(
            request,
            lambda: web_sign_in.finish(kept=kept, answer=request.GET.dict(), by=signed_in(request)),
        )

    def again(self, request: HttpRequest) -> HttpResponse:
        """Signs in again with what is stored."""
        self._check(request)
        known = connect.current()
        if request.method != "POST" or known is None:
            return redirect(_HUB)
        return self._connected(request, lambda: connect.again(connection=known, by=signed_in(request)))

    def disconnect(self, request: HttpRequest) -> HttpResponse:
        """Says what stays and what stops; ends the connection when that is confirmed."""
        self._check(request)
        connection = connect.current()
        if connection is None:
            return redirect(_HUB)
        if request.method == "POST":
            try:
                connect.disconnect(connection=connection)
            except CredentialsUnreadable as error:
                return self._failed(request, Refused(str(error)))
            messages.success(request, _("Disconnected from %(org)s.") % {"org": connection})
            return redirect(_HUB)
        title = _("Disconnect from %(org)s?") % {"org": connection}
        return self._page(request, "disconnect", title=title, connection=connection)

    def _check(self, request: HttpRequest) -> None:
        if not self._may_change(request):
            raise PermissionDenied

    def _ask(self, request: HttpRequest, form: ConnectForm) -> HttpResponse:
        return self._page(
            request,
            "form",
            status=422 if form.errors else 200,
            title=_("Connect Salesforce"),
            form=form,
            callback=self._callback_address(request),
        )

    def _leave(self, request: HttpRequest, form: ConnectForm) -> HttpResponse:
        """The page that leads on to Salesforce.

        A redirect would be stopped by the browser: `form-action` holds for the whole chain of redirects after
        a form, and single sign-on may lead from Salesforce to any host.
        """
        address, request.session[_KEPT] = web_sign_in.begin(
            login_url=form.cleaned_data["login_url"],
            client_id=form.cleaned_data["client_id"],
            client_secret=form.secret(),
            redirect_uri=self._callback_address(request),
        )
        return self._page(request, "leave", title=_("On to Salesforce"), address=address)

    def _connected(self, request: HttpRequest, sign_in: Callable[[], SalesforceConnection]) -> HttpResponse:
        try:
            connection = sign_in()
        except (Refused, SalesforceError) as error:
            return self._failed(request, error)
        except CredentialsUnreadable as error:
            return self._failed(request, Refused(str(error)))
        told = {"org": connection, "user": connection.username}
        messages.success(request, _("Connected to %(org)s as %(user)s.") % told)
        return redirect(_HUB)

    def _failed(self, request: HttpRequest, error: Refused | SalesforceError) -> HttpResponse:
        title = _("Signing in to Salesforce did not succeed")
        return self._page(
            request, "failed", title=title, error=error, callback=self._callback_address(request)
        )

    def _callback_address(self, request: HttpRequest) -> str:
        return request.build_absolute_uri(reverse(f"admin:{_NAME}_callback"))

    def _page(self, request: HttpRequest, name: str, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {**self._context(request), **more}
        return TemplateResponse(request, f"integrations/connect_{name}.html", context, status=status)
