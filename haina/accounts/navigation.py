"""The console's menu and tabs. A tab is listed here when its section is built, and is shown to
whoever may view it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haina.accounts.permissions import ANY_SECTION, Right, Section
from haina.accounts.scope import Scope
from haina.accounts.services import places_of
from haina.accounts.sessions import opens


@dataclass(frozen=True)
class Tab:
    section: Section | None  # None: for whoever may view any
    url_name: str
    icon: str
    label: str = ""  # where it is not the section's
    key: str = ""  # which goes there after g


# How many of something wait to be dealt with, by the URL name of the tab: one query each, on every
# page. Packages that stand above register at start.
waiting: dict[str, Callable[[Scope], int]] = {}
MOST_SHOWN = 99


@dataclass(frozen=True)
class Alert:
    """Something that is wrong, for whoever may mend it, and where."""

    text: str
    url: str = ""
    label: str = ""


# What to tell on every page; asked for only by pages that show it. Packages that stand above
# register at start.
alerts: list[Callable[..., list[Alert]]] = []

# What 通知 in the top bar tells beside these and what waits; as they are.
notices: list[Callable[..., list[Alert]]] = []

GROUPS = (
    ("", (Tab(None, "overview:overview", "home", _("概览"), key="o"),)),
    (
        _("信息管理"),
        (
            Tab(Section.RESIDENTS, "residents:list", "users", key="r"),
            Tab(Section.RESIDENTS, "residents:applications", "check", _("认证审核"), key="v"),
            Tab(Section.STAFF, "staff:list", "id-badge-2", key="s"),
            Tab(Section.FOLLOWERS, "followers:list", "brand-wechat", key="f"),
            Tab(Section.COMMUNITIES, "communities:list", "building", key="c"),
            Tab(Section.REMINDERS, "reminders:list", "bell", key="m"),
        ),
    ),
    (
        _("设置管理"),
        (
            Tab(Section.ADMINISTRATORS, "administrators:list", "shield-lock", key="a"),
            Tab(Section.ADMINISTRATORS, "official:settings", "plug", _("公众号设置")),
            Tab(Section.ADMINISTRATORS, "sms:settings", "message", _("短信设置")),
            Tab(Section.ADMINISTRATORS, "trail:list", "list-check", _("操作记录"), key="l"),
        ),
    ),
)


def console(request) -> dict:
    """Context of every console page; nothing for pages outside an account. Those inside WeChat get
    what 403 and 404 extend there."""
    if home := getattr(request, "home_in_wechat", ""):
        return {"shell": "mobile/shell.html", "home": home}
    account, rights = getattr(request, "account", None), getattr(request, "rights", None)
    if account is None or rights is None:
        return {}
    groups = [group_of(request, label, tabs) for label, tabs in GROUPS]
    groups = [group for group in groups if group["items"]]
    mark_current(request, groups)
    current = next((group for group in groups if is_current(group)), None)
    wrong = cache(partial(all_alerts, request))
    return {
        "shell": "base.html",  # what 403 and 404 extend inside the console
        "navigation": groups,
        "group": current,
        "tabs": current["items"] if current else [],
        "places": Places(request),
        "alerts": wrong,
        "notices": cache(lambda: all_notices(request, groups, wrong())),
        "idle": settings.SESSION_IDLE_SECONDS,
    }


def all_alerts(request) -> list[Alert]:
    return [alert for told in alerts for alert in told(request)]


def all_notices(request, groups, wrong: list[Alert]) -> list[Alert]:
    """What waits, what is wrong, and what else there is to tell."""
    items = [item for group in groups for item in group["items"]]
    waits = [
        Alert(
            gettext("%(tab)s：%(number)s 条待审核") % {"tab": item["label"], "number": number},
            item["url"],
        )
        for item in items
        if (number := item["waiting"]())
    ]
    return waits + wrong + [notice for told in notices for notice in told(request)]


def group_of(request, label, tabs) -> dict:
    items = [item_of(request, tab) for tab in tabs if request.rights.cover(need_of(tab))]
    return {"label": label, "items": items}


def need_of(tab: Tab) -> Right:
    return tab.section.view if tab.section else ANY_SECTION


def item_of(request, tab: Tab) -> dict:
    return {
        "label": tab.label or tab.section.label,
        "url": reverse(tab.url_name, args=[request.account.slug]),
        "icon": tab.icon,
        "key": tab.key,
        "current": False,
        # Templates call it: pages without the menu do not count, others do so once.
        "waiting": cache(partial(told_waiting, request.scope, tab.url_name)),
    }


def mark_current(request, groups) -> None:
    """The tab under which the page stands; of two, the one further down."""
    items = [item for group in groups for item in group["items"]]
    above = [item for item in items if request.path.startswith(item["url"])]
    if above:
        max(above, key=lambda item: len(item["url"]))["current"] = True


def is_current(group) -> bool:
    return any(item["current"] for item in group["items"])


def told_waiting(scope: Scope, url_name: str) -> str:
    """How many wait; "" for none."""
    number = waiting[url_name](scope) if url_name in waiting else 0
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number or "")


def places_for(request) -> list:
    """The accounts that this session may enter."""
    return [place for place in places_of(request.user) if opens(request, place.account.slug)]


class Places:
    """The accounts that the user may switch to; asked for only by pages that show them."""

    def __init__(self, request):
        self.request = request

    def __iter__(self):
        for place in places_for(self.request):
            yield {
                "name": place.account.name,
                "url": first_page(place.account.slug),
                "current": place.account_id == self.request.account.pk,
            }


def first_page(slug: str) -> str:
    return reverse("console", args=[slug])
