"""Addresses of the console."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("crmbridge.health")),
    path("", include("crmbridge.language")),
    path("", admin.site.urls),
]
