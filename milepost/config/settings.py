"""All settings, each from the environment, each with a default that works on one machine.

`docs/host.md` lists them; `milepost doctor` says which are set.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# Where the database, the files and the keys live. `--data DIR` of every command sets it.
DATA = Path(env.str("MILEPOST_DATA", default="milepost-data")).resolve()
DEMO = env.bool("MILEPOST_DEMO", default=False)
TESTING = env.bool("MILEPOST_TESTING", default=False)
# Offers the holder `sandbox`, pretend money, also outside the demo: to try an installation out.
SANDBOX = env.bool("MILEPOST_SANDBOX", default=False)
DEBUG = False

# The address under which people reach the installation; links in mails begin with it.
BASE_URL = env.str("MILEPOST_URL", default="http://localhost:8000").rstrip("/")
_base = urlsplit(BASE_URL)
if _base.scheme not in ("http", "https") or not _base.hostname:
    raise ImproperlyConfigured("MILEPOST_URL must be an address such as https://projects.example.com")
SECURE = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]


def _secret(name: str) -> str:
    """A secret made at first start and kept, readable by its owner alone, under DATA/keys."""
    path = DATA / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        # A link is made whole or not at all, and fails where another process was faster.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env.str("MILEPOST_SECRET_KEY", default="") or _secret("secret")
# Where the keys lie: of the seal, and of what the database alone must not tell.
KEYS = DATA / "keys"

# -- what the house is made of -----------------------------------------------------------------

INSTALLED_APPS = [
    "milepost.apps.MilepostConfig",
    "milepost.ledger.apps.LedgerConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "heroicons",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "milepost.config.urls"
WSGI_APPLICATION = "milepost.config.wsgi.application"
WEB = Path(__file__).resolve().parent.parent / "web"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "heroicons.templatetags.heroicons",
                "milepost.web.templatetags.milepost",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "milepost.web.context.house",
            ],
        },
    }
]

# -- rows and files ----------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'milepost.sqlite3'}")
}
if DATABASES["default"].get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A thin backend that puts every write behind one lock; see its docstring.
    DATABASES["default"] |= {
        "ENGINE": "milepost.config.sqlite",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384",
        },
    }
else:
    # prepare_threshold and server-side binding make the one-statement posting cheap.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 3,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DATABASES["default"] |= {"CONN_MAX_AGE": None, "ATOMIC_REQUESTS": False}

FILES = DATA / "files"
# The largest delivered file, in bytes.
FILE_BYTES_MAX = env.int("MILEPOST_FILE_BYTES_MAX", default=50 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The largest contract of one's own, in bytes, as it comes.
CONTRACT_BYTES_MAX = env.int("MILEPOST_CONTRACT_BYTES_MAX", default=10 * 1024 * 1024)
# Pictures of its pages; all of them can be made again.
PICTURES = DATA / "pictures"
STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Compressed by gzip alone, which takes a moment; brotli would take most of a minute at the first start.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_AUTOREFRESH = False

# -- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "milepost.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "milepost.web.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
# How long the answer to a typed address takes at least: longer than what there is to do for any of them.
ANSWER_SECONDS = 0.0 if TESTING else 0.2
# Passkeys, authenticator apps, recovery codes: a change of how somebody signs in is mailed to them.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"signup": "milepost.web.registration.SignupForm"}
MFA_ADAPTER = "milepost.web.factors.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "milepost.web.passkeys.PasskeyForm",
    "edit_webauthn": "milepost.web.passkeys.NameForm",
    "login_webauthn": "milepost.web.passkeys.SignInForm",
    "authenticate_webauthn": "milepost.web.passkeys.SecondStepForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# A passkey asks for the finger, the face or the PIN each time: it is possession and person in one.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A used code is remembered as long as one code is good; with a tolerance it could be used a second time.
MFA_TOTP_TOLERANCE = 0
# Asking for a challenge and answering it count each.
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# Minutes since signing in, or saying again that it is they, within which an act that binds needs no further code.
FRESH_LOGIN_MINUTES = 15
# How long after they were stated other payment details take effect; until then any member can take them back.
PAYEE_COOLDOWN_HOURS = env.int("MILEPOST_PAYEE_COOLDOWN_HOURS", default=72)
if PAYEE_COOLDOWN_HOURS < 24:
    raise ImproperlyConfigured(
        "MILEPOST_PAYEE_COOLDOWN_HOURS must be 24 or more: people look at their mail once a day."
    )

# -- mail --------------------------------------------------------------------------------------

_mail = env.email_url("MILEPOST_MAIL_URL", default="dummymail://")
MAIL_SET_UP = env.str("MILEPOST_MAIL_URL", default="") != ""
EMAIL_BACKEND = _mail["EMAIL_BACKEND"] if MAIL_SET_UP else "milepost.config.mail.NotSetUp"
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST") or "localhost", _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER") or "", _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_TLS")), bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MILEPOST_MAIL_FROM", default=f"Milepost <milepost@{_base.hostname}>")

# -- language, time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- safety ------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
# Whether every request comes through a proxy of one's own; only then its headers are believed.
BEHIND_PROXY = env.bool("MILEPOST_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = ["security.W008"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "milepost.config.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("MILEPOST_LOG_LEVEL", default="WARNING")},
    "loggers": {
        # A page that is not there is nobody's fault; a short queue of requests is no news.
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
    },
}
