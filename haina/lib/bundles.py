"""The console's style sheets and scripts, each kind as one file, so that a browser asks for two
files and not for forty. Sources stay apart, in static/; a bundle is made anew whenever a finder is
asked for it and a source has changed."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core.files.storage import FileSystemStorage

STYLES = (  # later ones have the last word
    *("theme", "shell", "topbar", "search", "parts", "forms", "calendar", "table", "tree"),
    *("residents", "imports", "followers", "staff", "wechat", "administrators", "review"),
    *("sign-in", "reminders", "map", "overview", "room", "touch", "icons", "print", "map-print"),
)
SCRIPTS = (
    *("dialog", "shell", "panels", "search", "keys", "forms", "calendar", "selection", "tree"),
    *("errors", "idle", "review", "rooms"),
)
BUNDLES = {
    "css/console.css": [f"css/{name}.css" for name in STYLES],
    "js/console.js": [f"js/{name}.js" for name in SCRIPTS],
}
SOURCES = settings.BASE_DIR / "static"
MADE = settings.BASE_DIR / "build" / "bundles"


class BundleFinder(BaseStorageFinder):
    """Finds bundles beside the files that others find."""

    def __init__(self, *args, **kwargs):
        super().__init__(FileSystemStorage(location=MADE), *args, **kwargs)

    def find(self, path, find_all=False, **kwargs):
        if path in BUNDLES:
            make(path)
        return super().find(path, find_all, **kwargs)

    def list(self, ignore_patterns):
        for path in BUNDLES:
            make(path)
            yield path, self.storage


def make(path: str) -> None:
    """Write the bundle, unless it stands there as it should be. Nobody ever reads half of it."""
    content = b"".join((SOURCES / source).read_bytes() for source in BUNDLES[path])
    made = MADE / path
    if made.exists() and made.read_bytes() == content:
        return
    made.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=made.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(made)
