"""All settings on one page, read from the environment (see docs/deploy.md); bad combinations are system checks."""

import gc
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from opsteam import environment
from opsteam.enum_names import ENUM_NAMES

# Nothing that is loaded from here on is garbage: a start takes a tenth less without looking. See opsteam/apps.py.
gc.disable()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and for whom it runs -------------------------------------------------------------------
MODE = environment.choice("OPSTEAM_MODE", "production", ("production", "embedded", "test"))
DEBUG = False
SECRET_KEY = environment.text("OPSTEAM_SECRET_KEY")
# Newest first; see common/secrets.py.
ENCRYPTION_KEYS = tuple(environment.names("OPSTEAM_ENCRYPTION_KEYS"))
SITE_URL = environment.text("OPSTEAM_SITE_URL", "http://localhost:8000").rstrip("/")
_site = urlsplit(SITE_URL)
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = environment.names("OPSTEAM_ALLOWED_HOSTS") or [_site.hostname or "localhost"]
if MODE != "production":
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
TRUSTED_PROXIES = environment.whole_number("OPSTEAM_TRUSTED_PROXIES", 0)
STATE_DIR = Path(environment.text("OPSTEAM_STATE_DIR", str(BASE_DIR / ".opsteam")))

# --- The house: order is the order of the layers, upper first ---------------------------------------
INSTALLED_APPS = [
    "imports",
    "home",
    "notifications",
    "feedback",
    "tasks",
    "goals",
    "kpis",
    "activity",
    "people",
    "common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "pgtrigger",
    "rest_framework",
    "template_partials",
    "opsteam",
]
MIDDLEWARE = [
    "common.middleware.RequestIdMiddleware",
    "common.middleware.ResourcePolicyMiddleware",
    "opsteam.traffic.TrafficMiddleware",
    "common.middleware.OrganizationMiddleware",
    "common.api.limits.RateLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "opsteam.health.HealthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.middleware.ApiSlashMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.MembershipMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # After it is known who asks, so that the refusal is in their language; nothing before it reads a body.
    "common.middleware.RequestLimitsMiddleware",
    "common.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "opsteam.urls"
WSGI_APPLICATION = "opsteam.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context.shell",
            ],
        },
    }
]

# --- State: PostgreSQL holds the truth, Redis holds hints -------------------------------------------
DATABASES = {
    "default": {
        **environment.database("DATABASE_URL"),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Only `manage.py upgrade` needs them: the passwords that it gives the roles of web and workers.
DATABASE_ROLE_PASSWORDS = {
    "opsteam_web": environment.text("OPSTEAM_WEB_PASSWORD", ""),
    "opsteam_worker": environment.text("OPSTEAM_WORKER_PASSWORD", ""),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = environment.text("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Background work (measured settings: see docs/decisions/0003) -----------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 75
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Workers and beat outlive any outage of Redis.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    # A publisher that waits for the broker would make a person wait; the sweep does the work anyway.
    "max_retries": 0,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "opsteam.ticking:Ticker"
SWEEP_SECONDS = environment.whole_number("OPSTEAM_SWEEP_SECONDS", 30, lowest=1)
KPI_SHARDS = 8
# How many jobs that take long run at once: fewer than there are worker processes.
LONG_JOBS = environment.whole_number("OPSTEAM_LONG_JOBS", 1, lowest=1)

# --- People and languages ---------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.AccountBackend"]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "home:manager"
LOGOUT_REDIRECT_URL = "people:sign-in"
PASSWORD_RESET_TIMEOUT = 2 * 3600
ADDRESS_LINK_SECONDS = 24 * 3600
ACCOUNT_MAILS_KEPT = timedelta(days=7)
# allauth is the engine behind our own pages: stages of signing in, second steps, OpenID Connect. It sends no mail
# and counts no attempts; both are rows of ours.
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "people.adapters.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "opsteam"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
SOCIALACCOUNT_ADAPTER = "people.adapters.OidcAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# Sign-in through the organization's own OpenID Connect provider (see docs/sign-in.md)
OIDC_ISSUER = environment.text("OPSTEAM_OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = environment.text("OPSTEAM_OIDC_NAME", "OpenID Connect")
OIDC_ORGANIZATION = environment.text("OPSTEAM_OIDC_ORGANIZATION", "")
OIDC_ROLE = environment.choice("OPSTEAM_OIDC_ROLE", "member", ("manager", "member", "viewer"))
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": environment.text("OPSTEAM_OIDC_CLIENT_ID"),
                "secret": environment.text("OPSTEAM_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": f"people.passwords.{name}"} for name in ("LongEnoughValidator", "GuessablePasswordValidator")]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("简体中文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "opsteam_language"
THEME_COOKIE_NAME = "opsteam_theme"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FIRST_DAY_OF_WEEK = 1
FORMAT_MODULE_PATH = ["opsteam.formats"]

# --- Files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["opsteam.stylesheet.SheetFinder", *global_settings.STATICFILES_FINDERS]
STATIC_ROOT = BASE_DIR / "staticfiles"
# What PDFs and pictures are set in; set-up brings them as it does the front-end files.
PAPER_FONTS = [str(BASE_DIR / "fonts")]
WHITENOISE_USE_FINDERS = MODE != "production"
# Tests make many clients, and each would look through all files first.
WHITENOISE_AUTOREFRESH = MODE == "test"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- The browser's side of safety -------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "opsteam.refusals.csrf_refused"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if MODE == "embedded":
    # A browser sends cookies to every port of a host: two clones side by side must not sign each other out.
    SESSION_COOKIE_NAME = f"session-{_site.port}"
    CSRF_COOKIE_NAME = f"csrf-{_site.port}"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
REQUEST_BODY_LIMIT_BYTES = 16 * 1024 * 1024

# --- Mail -------------------------------------------------------------------------------------------
EMAIL_FROM_NAME = "opsteam"
DEFAULT_FROM_EMAIL = environment.text("OPSTEAM_EMAIL_FROM", "opsteam@localhost")
EMAIL_TIMEOUT = 15
_mail_url = environment.text("OPSTEAM_EMAIL_URL", "smtp://localhost:25" if MODE == "production" else "")
if _mail_url:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    _mail = urlsplit(_mail_url)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = _mail.username or ""
    EMAIL_HOST_PASSWORD = _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"

# --- Addresses that users choose (see common/outbound.py) --------------------------------------------
OUTBOUND_HTTP = environment.choice("OPSTEAM_OUTBOUND_HTTP", "refused", ("refused", "allowed")) == "allowed"
OUTBOUND_PRIVATE = environment.networks("OPSTEAM_OUTBOUND_PRIVATE")

# --- The API ----------------------------------------------------------------------------------------
# Requests a minute; 0 does not limit.
API_LIMIT_PER_TOKEN = environment.whole_number("OPSTEAM_API_LIMIT_PER_TOKEN", 0 if MODE == "test" else 1_200)
API_LIMIT_PER_ORGANIZATION = environment.whole_number(
    "OPSTEAM_API_LIMIT_PER_ORGANIZATION", 0 if MODE == "test" else 6_000
)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["people.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["people.access.HasDeclaredScope"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["common.api.query.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "common.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.HouseSchema",
    "DEFAULT_METADATA_CLASS": "common.api.methods.AllowedMethods",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "common.api.errors.problem_response",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "opsteam API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.api.schema.add_refusals",
    ],
}

# --- Watching it (see docs/operating.md) --------------------------------------------------------------
METRICS_TOKEN = environment.text("OPSTEAM_METRICS_TOKEN", "")
# After how many days rows are deleted (opsteam/operating/retention.py); 0 keeps them for good.
RETENTION_DAYS = environment.numbers(
    "OPSTEAM_KEEP_DAYS",
    {
        "sessions": 1,
        "sign_in_attempts": 30,
        "account_mails": 30,
        "invitations": 180,
        "tokens": 365,
        "drafts": 30,
        "messages": 30,
        "dead_messages": 180,
        "reminders": 730,
        "webhook_messages": 30,
        "verifications": 400,
        "changes": 400,
        "imports": 30,
    },
)

# --- Logs -------------------------------------------------------------------------------------------
LOG_LEVEL = environment.choice("OPSTEAM_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "common.logs.line_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        # Refusals are in the line of their request, without the address.
        "django.request": {"level": "ERROR"},
        # A line for every tick of the sweep would bury the rest.
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # A line for every request that has to wait would make all of them wait longer.
        "waitress.queue": {"level": "ERROR"},
    },
}
