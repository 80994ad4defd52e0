"""All settings, read from the environment by a typed reader (see environment.py for the table)."""

import hashlib
import importlib.util
import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from botocore.config import Config
from django.core.exceptions import ImproperlyConfigured

from api.times import TIME_FORMAT
from pystagram.environment import ROOT, Environment, kept_secret
from pystagram.error_reports import report_errors_to
from pystagram.logs import logging_config
from pystagram.openapi import openapi_settings

env = Environment()

BASE_DIR = ROOT
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PYSTAGRAM_ENV: str = env("PYSTAGRAM_ENV")
PRODUCTION = PYSTAGRAM_ENV == "production"
DEBUG = False
VAR_DIR: Path = env("PYSTAGRAM_VAR")
SECRET_KEY: str = env("PYSTAGRAM_SECRET_KEY")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("PYSTAGRAM_SECRET_KEY must be set in production (50 random characters or more)")
    SECRET_KEY = kept_secret(VAR_DIR / "secret_key")
if PRODUCTION and len(SECRET_KEY) < 32:  # who guesses it can sign tokens for any user
    raise ImproperlyConfigured("PYSTAGRAM_SECRET_KEY is too short to be kept secret (50 random characters or more)")
if PRODUCTION and env("S3_SECRET_ACCESS_KEY") == "pystagram-secret":  # docker-compose.yml's, for a trial
    raise ImproperlyConfigured("S3_SECRET_ACCESS_KEY is the one that everybody knows; make one (.env.example)")

# -- Where people reach it ---------------------------------------------------------------------------
PYSTAGRAM_URL: str = env("PYSTAGRAM_URL")
_address = urlsplit(PYSTAGRAM_URL)
_secure = _address.scheme == "https"
ALLOWED_HOSTS = [_address.hostname or "127.0.0.1"]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [PYSTAGRAM_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = False  # the reverse proxy's work; /healthz must answer over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES: int = env("PYSTAGRAM_TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # see SECURE_SSL_REDIRECT
if not _secure:  # a plain-HTTP address is a development machine; its cookies cannot be "secure"
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W012", "security.W016"]

# Pictures and videos come from this address, or by a redirect from the bucket's.
_bucket = env("S3_PUBLIC_URL") or env("S3_ENDPOINT_URL") or ("https://*.amazonaws.com" if env("S3_BUCKET") else "")
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"connect-src 'self' {PYSTAGRAM_URL}",
        "font-src 'self'",
        f"img-src 'self' data: {PYSTAGRAM_URL} {_bucket}".strip(),
        f"media-src 'self' {PYSTAGRAM_URL} {_bucket}".strip(),
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # attributes in the pages of DRF and Swagger UI
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

# -- Apps --------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    *(["devtools"] if importlib.util.find_spec("devtools") else []),  # not in the production image
    "operations",
    "pystagram",
    "portability",
    "feed",
    "search",
    "notifications",
    "moderation",
    "posts",
    "stories",
    "social",
    "accounts",
    "media",
    "events",
    "api",
    "pystagram.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
]
MIDDLEWARE = [
    "api.middleware.RequestIdMiddleware",
    "api.access_log.AccessLogMiddleware",
    "api.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "api.middleware.UnreadableRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "api.middleware.ProblemResponseMiddleware",
]
ROOT_URLCONF = "pystagram.urls"
WSGI_APPLICATION = "pystagram.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # `pystagram` is an app: named in DIRS too, its folder would be looked through twice
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
FORMAT_MODULE_PATH = "pystagram.formats"  # Django's own for English have precedence over settings
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = PYSTAGRAM_ENV == "test"  # each test client would scan all static files again
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the finders serve; whitenoise only wants it to be there

# -- PostgreSQL --------------------------------------------------------------------------------------
_timeouts = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
_no_jit = "-c jit=off"  # a plan whose cost is overestimated would be compiled for longer than it runs
DATABASES = {
    "default": {
        **environ.Env.db_url_config(env("DATABASE_URL")),
        "ENGINE": "api.postgres",
        "CONN_MAX_AGE": 600,  # seconds; a new one plans each statement half a dozen times before it keeps a plan
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # so that PgBouncer in transaction mode may stand between
    }
}
if PRODUCTION and DATABASES["default"].get("PASSWORD") == "pystagram":  # docker-compose.yml's, for a trial
    raise ImproperlyConfigured("DATABASE_URL has the password that everybody knows; make one (.env.example)")
# A server that vanishes costs a request both timeouts: the kept connection's, then the new one's. Together: 3 s.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {"connect_timeout": 2, "tcp_user_timeout": 1000, "keepalives_idle": 5, "options": f"{_timeouts} {_no_jit}"}
)
if "host" in DATABASES["default"]["OPTIONS"]:  # postgres:///name?host=/socket/folder
    DATABASES["default"]["HOST"] = DATABASES["default"]["OPTIONS"].pop("host")

# -- Redis: three roles ------------------------------------------------------------------------------
REDIS_URL: str = env("REDIS_URL")
FEEDS_REDIS_URL: str = env("FEEDS_REDIS_URL") or REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            "IGNORE_EXCEPTIONS": True,  # a missing cache is a slow answer, not an error
        },
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# -- Celery ------------------------------------------------------------------------------------------
CELERY_BROKER_URL: str = env("CELERY_BROKER_URL")
CELERY_INCLUDE = ["pystagram.worker_metrics"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False  # the relay tries again by itself
CELERY_TASK_TIME_LIMIT = 7200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB; a process that ever had more is replaced after its task
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "visibility_timeout": 3600,  # the outbox redelivers; the broker need not
    "health_check_interval": 10,
}
CELERY_TIMEZONE = "UTC"
EVENTS_SUBSCRIPTIONS = "pystagram.subscriptions.SUBSCRIPTIONS"

# -- People ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrEmail"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/v1/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
if PYSTAGRAM_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_validators = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _validators + "UserAttributeSimilarityValidator"},
    {"NAME": _validators + "MinimumLengthValidator"},
    {"NAME": _validators + "CommonPasswordValidator"},
    {"NAME": _validators + "NumericPasswordValidator"},
    {"NAME": "accounts.passwords.NotPublic"},
]
PUBLIC_PASSWORDS = {"pystagram-demo"} if PRODUCTION else set[str]()  # a database that was a demo once opens to nobody
SIMPLE_JWT: dict[str, Any] = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": hashlib.sha256(b"pystagram.jwt:" + SECRET_KEY.encode()).hexdigest(),
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=60),
    "LEEWAY": 10,
}
STAFF_SECOND_FACTOR: bool = env("PYSTAGRAM_STAFF_SECOND_FACTOR")
REGISTRATION: str = env("PYSTAGRAM_REGISTRATION")
MINIMUM_AGE_YEARS = 13
ACCOUNT_GRACE_DAYS: int = env("PYSTAGRAM_ACCOUNT_GRACE_DAYS")
FOLLOW_CAP: int = env("PYSTAGRAM_FOLLOW_CAP")

# -- Media -------------------------------------------------------------------------------------------
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
ARCHIVE_MAX_BYTES = 2 * 1024**3  # of an import; one of our own exports holds a gibibyte of originals
PHOTO_MAX_BYTES = 80 * 1024 * 1024  # what phones of 200 megapixels write
PHOTO_MAX_PIXELS = 64_000_000  # panoramas of phones have 63.2 million
PHOTO_MAX_JPEG_PIXELS = 220_000_000  # a JPEG is decoded at a reduced size
VIDEO_MAX_BYTES = 300 * 1024 * 1024
VIDEO_MAX_SECONDS = 15 * 60
VIDEO_TOLERANCE_SECONDS = 0.25  # a few frames: cameras stop after the second that they say
VIDEO_MAX_SIDE = 8192  # pixels
VIDEO_MAX_PIXELS = 36_000_000  # a frame of 8K; decoders keep a dozen (media/processing/ffmpeg.py:MEMORY_BYTES)
VIDEO_CPU_SECONDS = 3000  # to make one, of all its threads
VIDEO_WALL_SECONDS = 5400  # then it is tried again; below CELERY_TASK_TIME_LIMIT, so that it ends by itself
QUOTA_BYTES: int = env("PYSTAGRAM_QUOTA_BYTES")
QUOTA_FILES: int = env("PYSTAGRAM_QUOTA_FILES")
NEAR_IMAGE_BITS: int = env("PYSTAGRAM_NEAR_IMAGE_BITS")
MAX_PROCESSING = 100  # files of one person that wait for their renditions
MEDIA_GRACE_DAYS = 30  # what nobody refers to any more is kept for so long
FAILPOINT: str = "" if PRODUCTION else env("PYSTAGRAM_FAILPOINT")
_s3 = {
    "bucket_name": env("S3_BUCKET"),
    "endpoint_url": env("S3_ENDPOINT_URL") or None,
    "region_name": env("S3_REGION"),
    "access_key": env("S3_ACCESS_KEY_ID") or None,
    "secret_key": env("S3_SECRET_ACCESS_KEY") or None,
    "file_overwrite": False,
    "default_acl": None,
    "querystring_expire": 300,
    "client_config": Config(  # a dead store costs an upload seconds, not minutes
        signature_version="s3v4",
        connect_timeout=2,
        read_timeout=3,
        retries={"total_max_attempts": 2, "mode": "standard"},
        response_checksum_validation="when_required",  # media hash what they read; a mismatch is rot, not an outage
    ),
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3}
    if env("S3_BUCKET")
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if env("S3_SECOND_BUCKET"):
    _second = {
        "bucket_name": env("S3_SECOND_BUCKET"),
        "endpoint_url": env("S3_SECOND_ENDPOINT_URL") or None,
        "region_name": env("S3_SECOND_REGION"),
        "access_key": env("S3_SECOND_ACCESS_KEY_ID") or None,
        "secret_key": env("S3_SECOND_SECRET_ACCESS_KEY") or None,
    }
    STORAGES["second"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_s3, **_second}}
elif env("PYSTAGRAM_SECOND_FOLDER"):
    STORAGES["second"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("PYSTAGRAM_SECOND_FOLDER")},
    }
if env("S3_PUBLIC_URL"):  # the same bucket by the name that clients know: the host is under the signature
    STORAGES["public"] = {**STORAGES["default"], "OPTIONS": {**_s3, "endpoint_url": env("S3_PUBLIC_URL")}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_TEMP_DIR = None

# -- Stories -----------------------------------------------------------------------------------------
STORY_SECONDS: int = 24 * 3600 if PRODUCTION else env("PYSTAGRAM_STORY_SECONDS")

# -- Notifications -------------------------------------------------------------------------------------
NOTIFICATIONS_KEPT_DAYS = 90

# -- Feed (feed.md gives the reasons) ------------------------------------------------------------------
FEED_SIZE = 100
FEED_KEEP, FEED_CUT_ABOVE = 128, 160
FEED_TTL_SECONDS = 7 * 24 * 3600
FEED_MERGE_ON_FOLLOW = 20
FANOUT_CHUNK: int = env("PYSTAGRAM_FANOUT_CHUNK")
PULL_FROM: int = env("PYSTAGRAM_PULL_FROM")

# -- The API -----------------------------------------------------------------------------------------
RATE_LIMITS: bool = env("PYSTAGRAM_RATE_LIMITS")
NEW_ACCOUNT_PERCENT: int = env("PYSTAGRAM_NEW_ACCOUNT_PERCENT")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",  # first, or anonymous gets 403 instead of 401
        "accounts.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.JSONRenderer", "api.renderers.BrowsableRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "api.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_METADATA_CLASS": "api.metadata.Methods",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttles.PerPersonThrottle", "api.new_accounts.NewAccountThrottle"],
    "VIEW_NAME_FUNCTION": "api.renderers.name_of",
    "EXCEPTION_HANDLER": "api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UPLOADED_FILES_USE_URL": False,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": TIME_FORMAT,
}
SPECTACULAR_SETTINGS = openapi_settings(version=VERSION, url=PYSTAGRAM_URL)
# Tokens travel in a header that a page has to set itself; the cookie of the browsable API is never let across
# (no CORS_ALLOW_CREDENTIALS), so that any origin may call.
CORS_ALLOWED_ORIGINS = [origin for origin in env("PYSTAGRAM_CORS_ORIGINS") if origin != "*"]
CORS_ALLOW_ALL_ORIGINS = "*" in env("PYSTAGRAM_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/(v1|media)/.*$"
CORS_EXPOSE_HEADERS = [
    "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Content-Disposition", "X-Request-Id",
    "Feed-Source", "Feed-Generated-At", "Accept-Ranges", "Content-Range", "Preference-Applied", "Tus-Resumable",
    "Upload-Offset", "Upload-Length", "Upload-Expires",
]  # fmt: skip
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "if-range",
    "prefer",
    "range",
    "tus-resumable",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-request-id",
]

EMAIL_CONFIG = environ.Env.email_url_config(env("EMAIL_URL"))
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = f"pystagram <no-reply@{_address.hostname}>"

# -- Logs, metrics, reports of errors ------------------------------------------------------------------
# prometheus-client reads its own variable when it is imported. One folder a machine (in a container: a container).
METRICS_DIR = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "metrics")))
METRICS_DIR.mkdir(parents=True, exist_ok=True)
METRICS_TOKEN: str = env("PYSTAGRAM_METRICS_TOKEN")
METRICS_PORT: int = env("PYSTAGRAM_METRICS_PORT")
LOG_FORMAT: str = env("PYSTAGRAM_LOG_FORMAT") or ("json" if PRODUCTION else "line")
LOGGING = logging_config(LOG_FORMAT)
SENTRY_DSN: str = env("SENTRY_DSN")
if SENTRY_DSN:
    report_errors_to(SENTRY_DSN, environment=PYSTAGRAM_ENV, release=f"pystagram@{VERSION}")
