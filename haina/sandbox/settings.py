"""The sandbox's own settings. It reads no environment: what may differ is on its command line."""

import secrets
from pathlib import Path

HERE = Path(__file__).resolve().parent

# A cookie of an earlier process means nothing to this one, as everything else of it is gone too.
SECRET_KEY = secrets.token_urlsafe(50)
# Only names of the loopback, so that no page of the internet can reach it by a name of its own.
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "haina.sandbox.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # It asks for the host, so that ALLOWED_HOSTS holds for every page.
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
# Cookies know no port: names of our own, so that the product's beside it stay untouched.
CSRF_COOKIE_NAME = "sandbox-csrf"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
LOGGING_CONFIG = None
