"""Every setting, read through haina.env. `.env.example` lists what an installation chooses."""

from pathlib import Path

import pgtrigger
from csp.constants import NONE, SELF
from pghistory import ContextJSONField, ForeignKey, ObjForeignKey

from haina.env import (
    env_base,
    env_bool,
    env_choice,
    env_database,
    env_int,
    env_key,
    env_keys,
    env_list,
    env_origins,
    env_redis,
    env_secret,
    env_str,
)
from haina.lib.logs import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent

# The installation
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = env_origins("CSRF_TRUSTED_ORIGINS")
HAINA_VAR = Path(env_str("HAINA_VAR", str(BASE_DIR / "var")))
HAINA_HTTPS = env_bool("HAINA_HTTPS", default=True)
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)

# Personal data at rest: AES-GCM keys, newest first, and the key of the hash for equality
ENCRYPTION_KEYS = env_keys("HAINA_ENCRYPTION_KEYS")
HASH_KEY = env_secret("HAINA_HASH_KEY")
BACKUP_KEY = env_key("HAINA_BACKUP_KEY")

# Names of guards that a test takes out, to see that something goes wrong without them. Not an
# environment variable on purpose; `check --deploy` fails unless it is empty.
GUARDS_OFF = frozenset()
# The name of a place in haina.lib.faults at which the process dies: for tests of what survives it
KILL_AT = env_str("HAINA_KILL_AT", "")

# Engines
DATABASES = {
    "default": {
        "CONN_MAX_AGE": env_int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        **env_database("DATABASE_URL"),
    }
}
REDIS_URL = env_redis("REDIS_URL")
# Row history: one trigger a statement instead of one a row, and who-and-why with the event itself.
# The default context lookup opens a subtransaction a row, which is quadratic in a large import.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_CONTEXT_FIELD = ContextJSONField()
# Events are asked for by resident only, and an import pays for every index.
PGHISTORY_OBJ_FIELD = ObjForeignKey(db_index=True)
PGHISTORY_FOREIGN_KEY_FIELD = ForeignKey(db_index=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "haina.demo",
    "haina.health",
    "haina.overview",
    "haina.backup",
    "haina.trail",
    "reminders",
    "staff",
    "residents",
    "followers",
    "communities",
    "haina.wechat",
    "haina.sms",
    "haina.jobs",
    "haina.accounts",
    "haina.lib",
    "mptt",
    "pgtrigger",
    "pghistory",
    "phonenumber_field",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "template_partials",
    "csp",
    # SimpleAdminConfig: no autodiscovery, models show up only on our own OpsSite.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "haina.health.middleware.WatchMiddleware",
    # Before the others, so that redirects, refusals and faults carry their headers as well.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "haina.lib.language.LanguageMiddleware",
    "haina.lib.requests.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "haina.accounts.sessions.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "haina.accounts.access.DoorMiddleware",
]

ROOT_URLCONF = "haina.urls"
WSGI_APPLICATION = "haina.wsgi.application"

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
                "haina.accounts.navigation.console",
                "haina.jobs.own.bar",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Signing in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["haina.accounts.backends.PhoneOrNameBackend"]
PASSWORD_HASHERS = [
    "haina.accounts.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_django = "django.contrib.auth.password_validation"
_names = {"user_attributes": ("username", "name")}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_django}.UserAttributeSimilarityValidator", "OPTIONS": _names},
    {"NAME": "haina.accounts.passwords.LengthValidator"},
    {"NAME": f"{_django}.CommonPasswordValidator"},
    {"NAME": f"{_django}.NumericPasswordValidator"},
    {"NAME": "haina.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "sign-in"
OPS_SECOND_FACTOR = env_bool("OPS_SECOND_FACTOR", default=False)
SESSION_IDLE_SECONDS = env_int("SESSION_IDLE_SECONDS", 30 * 60, least=1)
SESSION_ABSOLUTE_SECONDS = env_int("SESSION_ABSOLUTE_SECONDS", 12 * 3600, least=1)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS

# Headers and cookies
_host = "__Host-" if HAINA_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host}haina-session", f"{_host}haina-csrf"
DEVICE_COOKIE_NAME = f"{_host}haina-device"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HAINA_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Load balancers and Prometheus ask without https, from within the network.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REDIRECT_EXEMPT += [r"^wechat/", r"^wecom/"]  # refused there: see callbacks.guarded
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HAINA_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HAINA_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "haina.accounts.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Language, time, numbers
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = f"{_host}haina-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY = HAINA_HTTPS, True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = "haina.formats"
PHONENUMBER_DEFAULT_REGION, PHONENUMBER_DB_FORMAT = "CN", "E164"

# Files: static ones are public, everything else lives under HAINA_VAR and is served by views only
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", BASE_DIR / "build" / "vendor")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "haina.lib.bundles.BundleFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HAINA_VAR / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MOST_NODES = env_int("MOST_NODES", 300_000, least=1)  # of a community
FILE_HOURS = env_int("FILE_HOURS", 24, least=1)

# How long is kept what happened: the law asks for three years of the trail, six months of the log
AUDIT_YEARS = env_int("AUDIT_YEARS", 3, least=3)
LOG_DAYS = env_int("LOG_DAYS", 200, least=180)
JOB_DAYS = env_int("JOB_DAYS", 90, least=1)

# Jobs
JOB_LEASE_SECONDS = env_int("JOB_LEASE_SECONDS", 20, least=1)
HEARTBEAT_SECONDS = 0.5
JOB_ATTEMPTS = env_int("JOB_ATTEMPTS", 5, least=1)
JOBS_ANNOUNCED = 200  # of a kind by one sweep; the next one announces the rest
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE  # what the hours of the nightly table mean
# A worker takes from both unless it is started with -Q.
CELERY_TASK_QUEUES = {"celery": {}, "heavy": {}}
CELERY_TASK_ROUTES = {
    "haina.jobs.tasks.run_heavy_job": {"queue": "heavy"},
    "followers.tasks.synchronise": {"queue": "heavy"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # a Redis that is full must not end a worker
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "retry_on_timeout": False,
    "max_retries": 0,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Where our own pages begin, for links in messages; those have none without it.
HAINA_BASE_URL = env_base("HAINA_BASE_URL", "", plain=not HAINA_HTTPS)

# WeChat. The sandbox stands in for its servers in demo and tests, on the loopback without TLS.
HAINA_SANDBOX = env_bool("HAINA_SANDBOX", default=False)
WECHAT_API_BASE = env_base("WECHAT_API_BASE", "https://api.weixin.qq.com", plain=HAINA_SANDBOX)
WECHAT_OPEN_BASE = env_base("WECHAT_OPEN_BASE", "https://open.weixin.qq.com", plain=HAINA_SANDBOX)
WECHAT_MP_BASE = env_base("WECHAT_MP_BASE", "https://mp.weixin.qq.com", plain=HAINA_SANDBOX)
_stood_in = {"plain": HAINA_SANDBOX, "below": HAINA_SANDBOX}
WECOM_API_BASE = env_base("WECOM_API_BASE", "https://qyapi.weixin.qq.com", **_stood_in)
WECOM_OPEN_BASE = env_base("WECOM_OPEN_BASE", "https://open.work.weixin.qq.com", **_stood_in)
WECOM_USER_LIMIT = env_int("WECOM_USER_LIMIT", 200, least=1)  # people of a corp not yet verified
# Our suite (第三方应用) as a provider of WeCom; without it corps connect with 自建应用 only.
WECOM_SUITE_ID = env_str("WECOM_SUITE_ID", "")
WECOM_SUITE_SECRET = env_str("WECOM_SUITE_SECRET", "")
WECOM_SUITE_TOKEN = env_str("WECOM_SUITE_TOKEN", "")
WECOM_SUITE_AES_KEY = env_str("WECOM_SUITE_AES_KEY", "")
WECOM_PROVIDER_CORP_ID = env_str("WECOM_PROVIDER_CORP_ID", "")
WECHAT_TIMEOUT = 3, 10  # seconds to connect, and between two bytes of an answer
CALL_DAYS = env_int("CALL_DAYS", 30, least=1)
CALLBACK_DAYS = env_int("CALLBACK_DAYS", 30, least=1)  # repetitions are known that long
# A browser is in WeChat when its name says so; any will do where the sandbox is the phone.
WECHAT_USER_AGENT = "" if HAINA_SANDBOX else "MicroMessenger"

# SMS, by Tencent Cloud; the console's is for development
SMS_BACKEND = env_choice("SMS_BACKEND", "tencent", among=("tencent", "console"))
SMS_ENDPOINT = env_base("SMS_ENDPOINT", "https://sms.tencentcloudapi.com", plain=HAINA_SANDBOX)
SMS_TIMEOUT = 10  # seconds
SMS_PER_DAY = env_int("SMS_PER_DAY", 500, least=1)  # of an account
SMS_DAYS = env_int("SMS_DAYS", 30, least=1)
REMINDERS_PER_DAY = env_int("REMINDERS_PER_DAY", 2000, least=1)  # of an account

# Who may read /metrics, by which token; nobody without one
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
# Where faults are reported, without anything of a person; nowhere without it
SENTRY_DSN = env_str("SENTRY_DSN", "")

LOG_DIR = env_str("HAINA_LOG_DIR", "")
LOG_FORMAT = env_choice("LOG_FORMAT", "line", among=("line", "json"))
LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", among=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logging_of(folder=LOG_DIR, days=LOG_DAYS, form=LOG_FORMAT, level=LOG_LEVEL)
