"""The admin site of the console: navigation and home page."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class CRMAdminSite(AdminSite):
    """The one admin site; every page of the console hangs on it."""

    site_header = site_title = "crmbridge"
    index_title = _("Home")
