"""django-import-export with django-mptt, as their documentation sets them up."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

address = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.path.lstrip("/"),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": parse_qs(address.query).get("host", [address.hostname or ""])[0],
        "PORT": address.port or "",
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes", "mptt", "import_export", "tests.bench.peer"]
SECRET_KEY = "for measuring only"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
