"""All settings in one file. Values come from the environment; docs/operate.md lists them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
env = environ.Env()


def refuse(name: str, problem: str, cure: str) -> ImproperlyConfigured:
    """Return the error for a wrong setting: what is wrong, and what to write instead."""
    return ImproperlyConfigured(f"{name}: {problem}. {cure}")


def a_bool(name: str, *, default: bool) -> bool:
    value = env.str(name, default=str(default)).lower()
    if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise refuse(name, f"{value!r} is neither true nor false", f"Write {name}=true or false.")
    return value in {"true", "1", "yes", "on"}


def a_number(name: str, *, default: int, least: int, most: int) -> int:
    text = env.str(name, default=str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise refuse(name, f"{text!r} is not a number from {least} to {most}", "Correct it.")
    return int(text)


def a_database() -> dict[str, Any]:
    url = env.str("DATABASE_URL", default="postgresql://knotenpunkt@/knotenpunkt")
    if not url.startswith(("postgres://", "postgresql://")):
        cure = "Write DATABASE_URL=postgresql://user:password@host:5432/name"
        raise refuse("DATABASE_URL", "only PostgreSQL keeps the promises of this product", cure)
    options: dict[str, Any] = {
        "options": "-c jit=off -c lock_timeout=5s -c statement_timeout=10s",
        "connect_timeout": 5,
        # From the second use on; None, never: some poolers cannot keep what a client prepares.
        "prepare_threshold": 1 if a_bool("DATABASE_PREPARES", default=True) else None,
    }
    return {
        **env.db_url_config(url),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": a_number("DATABASE_CONNECTION_SECONDS", default=60, least=0, most=3600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


DEBUG = a_bool("DEBUG", default=False)
IS_DEMO = a_bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-" + "x" * 50 if IS_DEMO or DEBUG else "")
if len(SECRET_KEY) < 50:
    raise refuse(
        "SECRET_KEY",
        "missing or shorter than 50 characters",
        "Write SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))'), "
        "or DEMO=true for a demo.",
    )
# Scans of signed sheets are sealed with the first; the others still open what they have sealed.
SCAN_KEYS = env.list("SCAN_KEYS", default=[])
for key in SCAN_KEYS:
    if len(key) != 44:
        raise refuse(
            "SCAN_KEYS",
            "a key has 44 characters",
            "Write SCAN_KEYS=$(python3 -c 'import base64, secrets;"
            " print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')",
        )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_ADDRESS = env.str("PUBLIC_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "knotenpunkt.web",  # first: its templates take precedence
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # pages of sessions
    "django.forms",
    "csp",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "phonenumber_field",
    "procrastinate.contrib.django",
    "knotenpunkt.foundation",
    "knotenpunkt.network",
    "knotenpunkt.directory",
    "knotenpunkt.cooperation",
    "knotenpunkt.routing",
    "knotenpunkt.people",
    "knotenpunkt.availability",
    "knotenpunkt.onboarding",
    "knotenpunkt.visits",
    "knotenpunkt.casework",
    "knotenpunkt.cohorts",
    "knotenpunkt.exchange",
    "knotenpunkt.programmes",
    "knotenpunkt.newcomers",
    "knotenpunkt.evaluation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "knotenpunkt.web.keeping.KeptNowhereMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "knotenpunkt.web.accounts.SecondFactorMiddleware",
    "knotenpunkt.web.scope.ScopeMiddleware",
    "knotenpunkt.web.deadline.DeadlineMiddleware",
]

ROOT_URLCONF = "knotenpunkt.config.urls"
WSGI_APPLICATION = "knotenpunkt.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "knotenpunkt.web.context.page",
            ]
        },
    }
]
FORM_RENDERER = "knotenpunkt.web.forms.KernRenderer"

DATABASES = {"default": a_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "network.Account"
AUTHENTICATION_BACKENDS = ["knotenpunkt.web.accounts.WithHouse"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

# Accounts come by invitation only; nobody signs up.
ACCOUNT_ADAPTER = "knotenpunkt.web.accounts.InvitedOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation went to that address
MFA_TOTP_ISSUER = "Knotenpunkt"
SECOND_FACTOR_REQUIRED = a_bool("SECOND_FACTOR_REQUIRED", default=not (IS_DEMO or DEBUG))

# One sign-in of the partners' own (OpenID Connect); it opens accounts that were invited, no others.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
if OIDC_ISSUER and not OIDC_ISSUER.startswith("https://") and not IS_DEMO:
    raise refuse("OIDC_ISSUER", "it must be reached by https", "Correct it.")
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise refuse("OIDC_CLIENT_ID", "missing", "Register Knotenpunkt there and write its name.")
SOCIALACCOUNT_ADAPTER = "knotenpunkt.web.accounts.KnownOnly"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "house",
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": OIDC_CLIENT_ID,
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "account_login"
LOGIN_URL = "account_login"

LANGUAGE_CODE = "de"
LANGUAGES = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("uk", "Українська"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("tr", "Türkçe"),
    ("ru", "Русский"),
    ("fr", "Français"),
]
LANGUAGES_BIDI = ["ar", "fa"]
DESK_LANGUAGES = ["de", "en", "ar"]  # pages for staff have texts in these; others read German
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
PRODUCT_NAME = _("Knotenpunkt")

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(PACKAGE.parent.parent / ".run" / "static")))
# Whoever collects writes names with hashes and compressed files; whoever serves uses them if there.
IS_COLLECTING = "collectstatic" in sys.argv
IS_COLLECTED = IS_COLLECTING or (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_COLLECTED and not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_COLLECTED

IS_HTTPS = PUBLIC_ADDRESS.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = a_number("SESSION_HOURS", default=10, least=1, most=72) * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
OIDC_ORIGIN = "/".join(OIDC_ISSUER.split("/")[:3])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *([OIDC_ORIGIN] if OIDC_ISSUER else [])],
        "frame-ancestors": ["'none'"],
    }
}
# How many proxies stand before the product: only the address the last of them saw is believed.
PROXIES = a_number("PROXIES", default=0, least=0, most=5)
# Searches in five minutes beyond which each phone first computes or waits for a moment.
BUSY_SEARCHES = a_number("BUSY_SEARCHES", default=600, least=1, most=1_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Keys of deleted files, appended at each commit; keep it beside the backups, not inside.
TOMBSTONE_FILE = env.str("TOMBSTONE_FILE", default="")

PHONENUMBER_DEFAULT_REGION = "DE"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="knotenpunkt@localhost")
EMAIL_FILE_PATH = env.str("EMAIL_FOLDER", default=str(STATIC_ROOT.parent / "mail"))
SMS_BACKEND = env.str("SMS_BACKEND", default="console")
SMS_FOLDER = env.str("SMS_FOLDER", default=str(STATIC_ROOT.parent / "sms"))
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY", default="")
# Answers to short messages come in at /sms/ when this key is set (header Authorization).
SMS_ANSWERS_KEY = env.str("SMS_ANSWERS_KEY", default="")
SMS_ANSWERS_FIELDS = env.list("SMS_ANSWERS_FIELDS", default=["from", "text"])
SMS_GATEWAY_FIELDS = env.list("SMS_GATEWAY_FIELDS", default=["id", "to", "text"])
if SMS_BACKEND not in {"console", "file", "gateway"}:
    raise refuse("SMS_BACKEND", f"{SMS_BACKEND!r} is unknown", "Write console, file or gateway.")
if SMS_BACKEND == "gateway" and not SMS_GATEWAY_URL.startswith("https://") and not IS_DEMO:
    raise refuse("SMS_GATEWAY_URL", "the gateway must be reached by https", "Correct it.")
if len(SMS_GATEWAY_FIELDS) != 3:
    raise refuse("SMS_GATEWAY_FIELDS", "three names are needed", "Write id,to,text.")
if len(SMS_ANSWERS_FIELDS) != 2:
    raise refuse("SMS_ANSWERS_FIELDS", "two names are needed", "Write from,text.")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = a_number("EMAIL_PORT", default=25, least=1, most=65535)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = a_bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 15
SILENCED_SYSTEM_CHECKS: list[str] = []

# Logs hold codes and counts, never names: no request bodies, no query strings.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
