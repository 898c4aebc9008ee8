"""What a browser says it is, in words that its owner recognises. It may say anything."""

from django.utils.translation import gettext_lazy as _

# Each also says the names that come after it.
BROWSERS = {
    "MicroMessenger": _("微信"),
    "QQBrowser": _("QQ 浏览器"),
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_of(request) -> str:
    """Such as "Chrome, Windows"."""
    told = request.headers.get("User-Agent", "")
    known = [first(names, told) for names in (BROWSERS, SYSTEMS)]
    return ", ".join(str(name) for name in known if name) or str(_("未知浏览器"))


def first(names: dict[str, str], told: str) -> str:
    return next((name for mark, name in names.items() if mark in told), "")
