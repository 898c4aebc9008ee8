"""Who may open what: every route, the right or door that it needs, and the methods that it serves.

A route that is not listed here fails the build, and so does one that answers otherwise. `rows` says
which row each argument of the route names, and `ask` which rows a query cannot do without; World
in tests/architecture/world.py makes them.
"""

from dataclasses import dataclass, field

from followers.access import FOLLOWER, OfColleagues
from haina.accounts.access import OPS, PUBLIC, SIGNED_IN
from haina.accounts.permissions import ANY_ADMINISTRATOR, ANY_SECTION, Right, Section
from haina.health.doors import MEASURED
from haina.wechat.doors import IN_WECHAT

# Visitors of the pages in WeChat, as World makes them.
PENDING, ELSEWHERE_VERIFIED, VERIFIED, ROOM_OWNER = "pending", "elsewhere", "verified", "owner"
WITHOUT_RIGHT, WITH_RIGHT = "colleague without the right", "colleague"
FOLLOWERS = frozenset(
    {"unbound", PENDING, ELSEWHERE_VERIFIED, VERIFIED, ROOM_OWNER, WITHOUT_RIGHT, WITH_RIGHT}
)
APPLICANT = frozenset({PENDING})

READ, WRITE, BOTH = ("GET",), ("POST",), ("GET", "POST")


@dataclass(frozen=True)
class Access:
    need: object
    methods: tuple[str, ...]
    rows: dict[str, str] = field(default_factory=dict)
    ask: dict[str, str] = field(default_factory=dict)
    by: frozenset[str] = FOLLOWERS

    @property
    def names(self) -> dict[str, str]:
        return self.rows | self.ask


VIEW_COMMUNITIES, MANAGE_COMMUNITIES = Section.COMMUNITIES.view, Section.COMMUNITIES.manage
VIEW_RESIDENTS, MANAGE_RESIDENTS = Section.RESIDENTS.view, Section.RESIDENTS.manage
VIEW_FOLLOWERS, MANAGE_FOLLOWERS = Section.FOLLOWERS.view, Section.FOLLOWERS.manage
VIEW_STAFF, MANAGE_STAFF = Section.STAFF.view, Section.STAFF.manage
VIEW_ALL_STAFF, MANAGE_ALL_STAFF = VIEW_STAFF.everywhere, MANAGE_STAFF.everywhere
VIEW_REMINDERS, MANAGE_REMINDERS = Section.REMINDERS.view, Section.REMINDERS.manage
VIEW_ADMINISTRATORS = Section.ADMINISTRATORS.view
MANAGE_ADMINISTRATORS = Section.ADMINISTRATORS.manage

COMMUNITY = {"pk": "community"}
NODE = {"pk": "community", "node": "block"}
RESIDENT = {"pk": "resident"}
JOB = {"pk": "job"}
A_FOLLOWER = {"pk": "follower"}
IMPORT, STAFF_IMPORT = {"pk": "import"}, {"pk": "staff import"}
TAG = {"pk": "tag"}
EMPLOYEE, DEPARTMENT = {"pk": "employee"}, {"pk": "department"}
APPLICATION = {"pk": "application"}
A_REVIEWER = {"pk": "reviewer"}
COLLEAGUE = {"pk": "colleague"}
INVITED = {"pk": "invited"}
CHOSEN = {"community": "community"}

ELSEWHERE = {
    "healthz": Access(PUBLIC, ("GET", "HEAD")),
    "readyz": Access(PUBLIC, ("GET", "HEAD")),
    "metrics": Access(MEASURED, ("GET", "HEAD")),
    "": Access(SIGNED_IN, READ),
    "sign-in/": Access(PUBLIC, BOTH),
    "sign-in/code/": Access(PUBLIC, BOTH),
    "sign-in/security/": Access(SIGNED_IN, READ),
    "sign-in/security/password/": Access(SIGNED_IN, BOTH),
    "sign-in/security/set-up/": Access(SIGNED_IN, BOTH),
    "sign-in/security/codes/": Access(SIGNED_IN, BOTH),
    "sign-in/security/switch-off/": Access(SIGNED_IN, BOTH),
    "sign-in/scan/": Access(PUBLIC, READ),
    "sign-in/scan/<slug:account>/": Access(PUBLIC, BOTH),
    "sign-in/token/": Access(PUBLIC, READ),
    "sign-in/language/": Access(PUBLIC, WRITE),
    "sign-out/": Access(PUBLIC, WRITE),
    "invited/": Access(PUBLIC, BOTH),
    "wechat/<str:door>/": Access(PUBLIC, BOTH),
    "wecom/<str:door>/": Access(PUBLIC, BOTH),
    "wecom/suite/": Access(PUBLIC, BOTH),
    "m/<slug:account>/oauth/": Access(PUBLIC, READ),
    "m/<slug:account>/profile/": Access(IN_WECHAT, READ),
}

# The pages in WeChat. `by` says which visitors of World are served; the others find no such row,
# or are told what they lack.
IN_A_COMMUNITY = {"community": "community"}
HOME, OWNED = {"pk": "home"}, {"pk": "owned"}
RESIDENTS, OWNERS = frozenset({VERIFIED}), frozenset({ROOM_OWNER})
REVIEWERS = OfColleagues(Section.RESIDENTS.manage)
COLLEAGUES, BOUND = OfColleagues(ANY_ADMINISTRATOR), frozenset({WITHOUT_RIGHT, WITH_RIGHT})
A_ROOM = {"community": "community", "room": "room"}
MOBILE = {
    "": Access(FOLLOWER, READ),
    "consent/": Access(FOLLOWER, READ),
    "apply/": Access(FOLLOWER, READ),
    "apply/<int:community>/": Access(FOLLOWER, READ, IN_A_COMMUNITY),
    "apply/<int:community>/<int:room>/": Access(FOLLOWER, BOTH, A_ROOM),
    "applications/<int:pk>/": Access(FOLLOWER, READ, {"pk": "application"}, by=APPLICANT),
    "applications/<int:pk>/code/": Access(FOLLOWER, BOTH, {"pk": "draft"}, by=APPLICANT),
    "applications/<int:pk>/code/again/": Access(FOLLOWER, WRITE, {"pk": "draft"}, by=APPLICANT),
    "applications/<int:pk>/withdraw/": Access(FOLLOWER, BOTH, {"pk": "application"}, by=APPLICANT),
    "invited/": Access(FOLLOWER, BOTH, ask={"t": "token"}),
    "rooms/<int:pk>/": Access(FOLLOWER, READ, HOME, by=RESIDENTS),
    "rooms/<int:pk>/leave/": Access(FOLLOWER, BOTH, HOME, by=RESIDENTS),
    "rooms/<int:pk>/invite/": Access(FOLLOWER, BOTH, OWNED, by=OWNERS),
    "rooms/<int:pk>/invite/<int:invitation>/end/": Access(
        FOLLOWER, WRITE, OWNED | {"invitation": "invitation"}, by=OWNERS
    ),
    "rooms/<int:pk>/applications/<int:application>/": Access(
        FOLLOWER, BOTH, OWNED | {"application": "application for owned"}, by=OWNERS
    ),
    "sign-in/": Access(COLLEAGUES, BOTH, ask={"t": "scan"}, by=BOUND),
    "review/": Access(REVIEWERS, READ, by=frozenset({WITH_RIGHT})),
    "review/<int:pk>/": Access(REVIEWERS, BOTH, {"pk": "application"}, by=frozenset({WITH_RIGHT})),
}

CONSOLE = {
    "": Access(ANY_ADMINISTRATOR, READ),
    "overview/": Access(ANY_SECTION, READ),
    "overview/clear/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "overview/communities/": Access(VIEW_RESIDENTS, READ),
    "overview/communities/<int:pk>/": Access(VIEW_RESIDENTS, READ, COMMUNITY),
    "search/": Access(ANY_ADMINISTRATOR, READ),
    "search/ask/": Access(ANY_ADMINISTRATOR, WRITE),
    "search/hits/": Access(ANY_ADMINISTRATOR, WRITE),
    "search/keys/": Access(ANY_ADMINISTRATOR, READ),
    "jobs/": Access(ANY_ADMINISTRATOR, READ),
    "jobs/bar/": Access(ANY_ADMINISTRATOR, READ),
    "jobs/panel/": Access(ANY_ADMINISTRATOR, READ),
    "jobs/seen/": Access(ANY_ADMINISTRATOR, WRITE),
    "jobs/<int:pk>/": Access(ANY_ADMINISTRATOR, READ, JOB),
    "jobs/<int:pk>/progress/": Access(ANY_ADMINISTRATOR, READ, JOB),
    "jobs/<int:pk>/result/": Access(ANY_ADMINISTRATOR, READ, JOB),
    "jobs/<int:pk>/cancel/": Access(ANY_ADMINISTRATOR, WRITE, JOB),
    "wechat/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "wechat/check/": Access(MANAGE_ADMINISTRATORS, WRITE),
    "wechat/review/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "wechat/review/test/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "wechat/decision/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "wechat/decision/test/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "reminders/": Access(VIEW_REMINDERS, READ),
    "reminders/rules/": Access(MANAGE_REMINDERS.everywhere, BOTH),
    "reminders/<int:pk>/switch/": Access(MANAGE_REMINDERS, WRITE, A_REVIEWER),
    "reminders/<int:pk>/invite/": Access(MANAGE_REMINDERS, WRITE, A_REVIEWER),
    "reminders/<int:pk>/unbind/": Access(MANAGE_REMINDERS, BOTH, A_REVIEWER),
    "reminders/invitations/<int:pk>/": Access(MANAGE_REMINDERS, READ, {"pk": "binding"}),
    "reminders/sent/": Access(VIEW_REMINDERS, READ),
    "reminders/sent/<int:pk>/again/": Access(MANAGE_REMINDERS, WRITE, {"pk": "reminder"}),
    "sms/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "sms/code/test/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "sms/review/test/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "sms/result/test/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "sms/remove/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "administrators/second-factor/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "administrators/": Access(VIEW_ADMINISTRATORS, READ),
    "administrators/invite/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "administrators/invitations/<int:pk>/renew/": Access(MANAGE_ADMINISTRATORS, BOTH, INVITED),
    "administrators/invitations/<int:pk>/revoke/": Access(MANAGE_ADMINISTRATORS, WRITE, INVITED),
    "administrators/<int:pk>/edit/": Access(MANAGE_ADMINISTRATORS, BOTH, COLLEAGUE),
    "administrators/<int:pk>/deactivate/": Access(MANAGE_ADMINISTRATORS, BOTH, COLLEAGUE),
    "administrators/handover/": Access(MANAGE_ADMINISTRATORS, BOTH),
    "administrators/handover/accept/": Access(ANY_ADMINISTRATOR, BOTH),
    "administrators/handover/end/": Access(ANY_ADMINISTRATOR, WRITE),
    "audit/": Access(VIEW_ADMINISTRATORS, READ),
    "audit/export/": Access(VIEW_ADMINISTRATORS, BOTH),
    "communities/": Access(VIEW_COMMUNITIES, READ),
    "communities/add/": Access(MANAGE_COMMUNITIES, BOTH),
    "communities/structure/": Access(VIEW_COMMUNITIES, BOTH),
    "communities/ranges/<int:pk>/": Access(MANAGE_COMMUNITIES, READ, {"pk": "range"}),
    "communities/<int:pk>/edit/": Access(MANAGE_COMMUNITIES, BOTH, COMMUNITY),
    "communities/<int:pk>/delete/": Access(MANAGE_COMMUNITIES, BOTH, COMMUNITY),
    "communities/<int:pk>/tree/": Access(VIEW_COMMUNITIES, READ, COMMUNITY),
    "communities/<int:pk>/nodes/<int:node>/children/": Access(VIEW_COMMUNITIES, READ, NODE),
    "communities/<int:pk>/nodes/<int:node>/menu/": Access(MANAGE_COMMUNITIES, READ, NODE),
    "communities/<int:pk>/nodes/<int:node>/add/": Access(MANAGE_COMMUNITIES, BOTH, NODE),
    "communities/<int:pk>/nodes/<int:node>/add-range/": Access(MANAGE_COMMUNITIES, BOTH, NODE),
    "communities/<int:pk>/nodes/<int:node>/rename/": Access(MANAGE_COMMUNITIES, BOTH, NODE),
    "communities/<int:pk>/nodes/<int:node>/delete/": Access(MANAGE_COMMUNITIES, BOTH, NODE),
    "residents/": Access(VIEW_RESIDENTS, READ),
    "residents/add/": Access(MANAGE_RESIDENTS, BOTH),
    "residents/delete/": Access(MANAGE_RESIDENTS, WRITE),
    "residents/move/": Access(MANAGE_RESIDENTS, WRITE),
    "residents/moves/<int:pk>/": Access(MANAGE_RESIDENTS, READ, {"pk": "move"}),
    "residents/moves/<int:pk>/undo/": Access(MANAGE_RESIDENTS, WRITE, {"pk": "move"}),
    "residents/bulk/<int:pk>/": Access(MANAGE_RESIDENTS, READ, {"pk": "bulk"}),
    "residents/bin/": Access(MANAGE_RESIDENTS, READ),
    "residents/search/": Access(VIEW_RESIDENTS, WRITE),
    "residents/bin/search/": Access(MANAGE_RESIDENTS, WRITE),
    "residents/bin/restore/": Access(MANAGE_RESIDENTS, BOTH),
    "residents/addresses/": Access(MANAGE_RESIDENTS, READ, ask=CHOSEN),
    "residents/import/": Access(MANAGE_RESIDENTS, BOTH),
    "residents/import/template/": Access(MANAGE_RESIDENTS, READ, ask=CHOSEN),
    "residents/import/job/<int:pk>/": Access(MANAGE_RESIDENTS, READ, {"pk": "import job"}),
    "residents/imports/": Access(VIEW_RESIDENTS, READ),
    "residents/imports/<int:pk>/": Access(VIEW_RESIDENTS, READ, IMPORT),
    "residents/imports/<int:pk>/decide/": Access(MANAGE_RESIDENTS, WRITE, IMPORT),
    "residents/imports/<int:pk>/drop/": Access(MANAGE_RESIDENTS, WRITE, IMPORT),
    "residents/imports/<int:pk>/undo/": Access(MANAGE_RESIDENTS, BOTH, IMPORT),
    "residents/imports/<int:pk>/errors/": Access(MANAGE_RESIDENTS, READ, IMPORT),
    "residents/applications/": Access(VIEW_RESIDENTS, READ),
    "residents/applications/search/": Access(VIEW_RESIDENTS, WRITE),
    "residents/applications/decide/": Access(MANAGE_RESIDENTS, WRITE),
    "residents/applications/rules/<int:community>/": Access(MANAGE_RESIDENTS, BOTH, CHOSEN),
    "residents/applications/<int:pk>/": Access(VIEW_RESIDENTS, READ, APPLICATION),
    "residents/applications/<int:pk>/approve/": Access(MANAGE_RESIDENTS, WRITE, APPLICATION),
    "residents/applications/<int:pk>/reject/": Access(MANAGE_RESIDENTS, WRITE, APPLICATION),
    "residents/applications/<int:pk>/reveal/phone/": Access(VIEW_RESIDENTS, WRITE, APPLICATION),
    "residents/applications/<int:pk>/reveal/id-number/": Access(VIEW_RESIDENTS, WRITE, APPLICATION),
    "residents/export/": Access(VIEW_RESIDENTS, BOTH),
    "residents/tree/<int:community>/<int:node>/": Access(
        VIEW_RESIDENTS, READ, {"community": "community", "node": "block"}
    ),
    "residents/map/<int:node>/": Access(VIEW_RESIDENTS, READ, {"node": "block"}),
    "residents/map/<int:node>/posters/": Access(VIEW_RESIDENTS, READ, {"node": "block"}),
    "residents/rooms/<int:node>/": Access(VIEW_RESIDENTS, READ, {"node": "room"}),
    "residents/rooms/<int:node>/poster/": Access(VIEW_RESIDENTS, READ, {"node": "room"}),
    "residents/<int:pk>/": Access(VIEW_RESIDENTS, READ, RESIDENT),
    "residents/<int:pk>/edit/": Access(MANAGE_RESIDENTS, BOTH, RESIDENT),
    "residents/<int:pk>/revoke/": Access(MANAGE_RESIDENTS, BOTH, RESIDENT),
    "residents/<int:pk>/delete/": Access(MANAGE_RESIDENTS, BOTH, RESIDENT),
    "residents/<int:pk>/reveal/phone/": Access(VIEW_RESIDENTS, WRITE, RESIDENT),
    "residents/<int:pk>/reveal/id-number/": Access(VIEW_RESIDENTS, WRITE, RESIDENT),
    "residents/<int:pk>/personal/export/": Access(MANAGE_RESIDENTS, BOTH, RESIDENT),
    "residents/<int:pk>/personal/erase/": Access(MANAGE_RESIDENTS, BOTH, RESIDENT),
    "residents/<int:community>/owners-review/": Access(MANAGE_RESIDENTS, WRITE, CHOSEN),
    "staff/": Access(VIEW_STAFF, READ),
    "staff/search/": Access(VIEW_STAFF, WRITE),
    "staff/add/": Access(MANAGE_STAFF, BOTH),
    "staff/delete/": Access(MANAGE_STAFF, WRITE),
    "staff/tree/<int:tree>/<int:pk>/": Access(VIEW_STAFF, READ, DEPARTMENT | {"tree": "account"}),
    "staff/departments/add/": Access(MANAGE_ALL_STAFF, BOTH),
    "staff/departments/<int:pk>/": Access(MANAGE_ALL_STAFF, BOTH, DEPARTMENT),
    "staff/departments/<int:pk>/menu/": Access(MANAGE_ALL_STAFF, READ, DEPARTMENT),
    "staff/departments/<int:pk>/delete/": Access(MANAGE_ALL_STAFF, BOTH, DEPARTMENT),
    "staff/sync/": Access(MANAGE_ALL_STAFF, BOTH),
    "staff/sync/confirm/": Access(MANAGE_ALL_STAFF, WRITE),
    "staff/sync/drop/": Access(MANAGE_ALL_STAFF, WRITE),
    "staff/sync/retry/": Access(MANAGE_ALL_STAFF, WRITE),
    "staff/import/": Access(MANAGE_ALL_STAFF, BOTH),
    "staff/import/template/": Access(MANAGE_ALL_STAFF, READ),
    "staff/import/job/<int:pk>/": Access(MANAGE_ALL_STAFF, READ, {"pk": "staff import job"}),
    "staff/imports/": Access(VIEW_ALL_STAFF, READ),
    "staff/imports/<int:pk>/": Access(VIEW_ALL_STAFF, READ, STAFF_IMPORT),
    "staff/imports/<int:pk>/decide/": Access(MANAGE_ALL_STAFF, WRITE, STAFF_IMPORT),
    "staff/imports/<int:pk>/drop/": Access(MANAGE_ALL_STAFF, WRITE, STAFF_IMPORT),
    "staff/imports/<int:pk>/undo/": Access(MANAGE_ALL_STAFF, BOTH, STAFF_IMPORT),
    "staff/imports/<int:pk>/errors/": Access(MANAGE_ALL_STAFF, READ, STAFF_IMPORT),
    "staff/export/": Access(MANAGE_STAFF, BOTH),
    "staff/<int:pk>/": Access(VIEW_STAFF, READ, EMPLOYEE),
    "staff/<int:pk>/edit/": Access(MANAGE_STAFF, BOTH, EMPLOYEE),
    "staff/<int:pk>/delete/": Access(MANAGE_STAFF, BOTH, EMPLOYEE),
    "staff/<int:pk>/retry/": Access(MANAGE_STAFF, WRITE, EMPLOYEE),
    "staff/<int:pk>/phone/": Access(VIEW_STAFF, WRITE, EMPLOYEE),
    "staff/corp/": Access(MANAGE_ALL_STAFF, BOTH),
    "staff/corp/check/": Access(MANAGE_ALL_STAFF, WRITE),
    "staff/corp/change/": Access(MANAGE_ALL_STAFF, READ),
    "staff/corp/install/": Access(MANAGE_ALL_STAFF, WRITE),
    "staff/corp/installed/": Access(MANAGE_ALL_STAFF, READ),
    "followers/": Access(VIEW_FOLLOWERS, READ),
    "followers/search/": Access(VIEW_FOLLOWERS, WRITE),
    "followers/news/": Access(VIEW_FOLLOWERS, READ),
    "followers/sync/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/tag/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/star/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/unstar/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/block/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/unblock/": Access(MANAGE_FOLLOWERS, WRITE),
    "followers/jobs/<int:pk>/": Access(MANAGE_FOLLOWERS, READ, {"pk": "change"}),
    "followers/tags/add/": Access(MANAGE_FOLLOWERS, BOTH),
    "followers/tags/<int:pk>/rename/": Access(MANAGE_FOLLOWERS, BOTH, TAG),
    "followers/tags/<int:pk>/delete/": Access(MANAGE_FOLLOWERS, BOTH, TAG),
    "followers/<int:pk>/star/": Access(MANAGE_FOLLOWERS, WRITE, A_FOLLOWER),
    "followers/<int:pk>/remark/": Access(MANAGE_FOLLOWERS, BOTH, A_FOLLOWER),
}

# What Django's admin makes for ops; resident data must not be among the models.
OPS_MODELS = (
    "accounts/user",
    "accounts/serviceaccount",
    "accounts/administrator",
    "accounts/auditentry",
    "jobs/job",
    "wechat/call",
    "wechat/callback",
    "wechat/corp",
    "wechat/corpcallback",
    "sms/message",
)
OF_A_MODEL = (
    "",
    "add/",
    "<path:object_id>/history/",
    "<path:object_id>/delete/",
    "<path:object_id>/change/",
    "<path:object_id>/",
)
OF_THE_SITE = (
    "",
    "login/",
    "logout/",
    "password_change/",
    "password_change/done/",
    "autocomplete/",
    "jsi18n/",
    "r/<path:content_type_id>/<path:object_id>/",
    "^(?P<app_label>accounts|jobs|sms|wechat)/$",
    "(?P<url>.*)$",
)
OPS_ROUTES = [
    *(f"ops/{path}" for path in OF_THE_SITE),
    *(f"ops/{model}/{path}" for model in OPS_MODELS for path in OF_A_MODEL),
    "ops/wechat/corp/<path:object_id>/cancel/",
]

ACCOUNT = "<slug:account>/"
M = "m/<slug:account>/"
TABLE: dict[str, Access] = (
    ELSEWHERE
    | {M + path: access for path, access in MOBILE.items()}
    | {ACCOUNT + path: access for path, access in CONSOLE.items()}
    | {path: Access(OPS, ()) for path in OPS_ROUTES}
)


def leads_into_the_console(access: Access) -> bool:
    return isinstance(access.need, Right)
