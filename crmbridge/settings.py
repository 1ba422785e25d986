"""Settings of crmbridge, all from the environment or `.env`; `.env.example` explains each.

Two modes. `local` (the default) needs nothing: it keeps keys and a PostgreSQL of its own under `var/` and
answers loopback addresses only. `production` generates nothing and refuses to start half-configured.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crmbridge import embedded_postgres, local_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env("CRMBRIDGE_VAR", default=str(BASE_DIR / "var")))
MODE = env("CRMBRIDGE_MODE", default="local")
if MODE not in ("local", "production"):
    raise ImproperlyConfigured("CRMBRIDGE_MODE is local or production.")
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", default=False) and not PRODUCTION


def _required(name: str) -> str:
    """The value of a setting that production cannot do without; locally a generated one kept under var/."""
    if value := env.str(name, default=""):
        return str(value)
    if PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: production does not start without it. See .env.example.")
    return local_secrets.get(folder=VAR_DIR, name=name)


SECRET_KEY = _required("SECRET_KEY")
# Fernet keys, newest first: the first encrypts, all decrypt; `manage.py sf_rotate_keys` encrypts anew.
CREDENTIAL_KEYS = [key.strip() for key in _required("CREDENTIAL_KEYS").split(",") if key.strip()]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "Set ALLOWED_HOSTS to the names that this site goes by, such as crm.example.com."
    )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "crmbridge.apps.CrmbridgeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "import_export",
    "pgtrigger",
    "crmbridge",
    "crmbridge.properties",
    "companies",
    "contacts",
    "crmbridge.lists",
    "integrations",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crmbridge.language.middleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "crmbridge.urls"
WSGI_APPLICATION = "crmbridge.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database() -> dict[str, Any]:
    """The server that DATABASE_URL names; locally the embedded one when it names none."""
    if not env("DATABASE_URL", default=""):
        if PRODUCTION:
            raise ImproperlyConfigured("Set DATABASE_URL: the embedded PostgreSQL is no place for real data.")
        return embedded_postgres.database_settings(folder=VAR_DIR / "postgres")
    named = env.db_url("DATABASE_URL", engine="crmbridge.postgres_backend")
    if not env("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://, the only database.")
    # A worker that waits for a dead host must fail, so that its import can be taken over.
    return {**named, "OPTIONS": {"connect_timeout": 10, **named.get("OPTIONS", {})}}


DATABASES = {"default": {"CONN_MAX_AGE": 60, **_database(), "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "crm/locked.html"

LANGUAGE_CODE = env("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "crmbridge" / "locale"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# Files with every contact are worth as much protection as the right to change them.
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "change"

# Salesforce
SALESFORCE_API_VERSION = env("SALESFORCE_API_VERSION", default="v66.0")
SALESFORCE_ALLOW_LOOPBACK = env.bool("SALESFORCE_ALLOW_LOOPBACK", default=False)
SALESFORCE_CLIENT_ID = env("SALESFORCE_CLIENT_ID", default="")
SALESFORCE_CLIENT_SECRET = env("SALESFORCE_CLIENT_SECRET", default="")
# Records up to this number come by REST (2,000 a call), more by Bulk API 2.0.
# Days for which changes of properties are kept; 0 is for ever.
HISTORY_KEEP_DAYS = env.int("HISTORY_KEEP_DAYS", default=0)
IMPORT_BULK_ABOVE = env.int("IMPORT_BULK_ABOVE", default=2_000)
IMPORT_PAGE_ROWS = env.int("IMPORT_PAGE_ROWS", default=50_000)
IMPORT_SLICE_SECONDS = env.int("IMPORT_SLICE_SECONDS", default=30)
IMPORT_FOLDER = VAR_DIR / "imports"

# django-q2: a task runs one slice of an import; docs/architecture.md tells why each number is what it is.
Q_CLUSTER = {
    "name": "crmbridge",
    "orm": "default",  # the queue is a table: enqueueing commits together with the import
    "workers": env.int("WORKERS", default=2),
    "timeout": 300,
    "retry": 600,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "recycle": 50,
    "save_limit": 100,
    "poll": 0.5,
    "bulk": 1,
    "label": _("Background jobs"),
}

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # Probes come from inside, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    if env.bool("BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        AXES_CLIENT_IP_CALLABLE = "crmbridge.proxy.client_address"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
