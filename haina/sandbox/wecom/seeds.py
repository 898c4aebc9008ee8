"""What WeCom begins with: two made-up corps and a suite that none of them has installed."""

import secrets

from haina.sandbox.wecom.corps import BUILT, ROOT, SYNC, App, Corp, Department, Member, Suite
from haina.sandbox.world import world

# Fixed, public and visibly made up: what the demo is connected with. The secrets end in the number
# of their corp.
CORPID, OTHER_CORPID = "ww0000000000000001", "ww0000000000000002"
CORPS = ((CORPID, "海纳沙箱物业"), (OTHER_CORPID, "另一家物业"))
SYNC_SECRET = "sandbox-contacts-secret-000000000000000001"  # noqa: S105 - opens nothing but this process
APP_SECRET = "sandbox-app-secret-000000000000000000000001"  # noqa: S105
AGENT = 1_000_001
SUITE_ID, SUITE_SECRET = "wwsuite00000000001", "sandbox-suite-secret-00000000000000000001"

TREE = {
    "行政部": (),
    "工程部": ("电梯组", "水电组"),
    "客服部": ("一期前台", "二期前台"),
    "秩序部": (),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = "安宁平和明远清扬嘉禾子衿静姝思齐望舒景行若水"
POSITIONS = ("主管", "专员", "前台", "维修工", "秩序员")
MEMBERS = 12


def restart(*, empty: bool) -> None:
    """Both corps; empty: without a department below the root, and without members."""
    for number, (corpid, name) in enumerate(CORPS, 1):
        corp = open_corp(corpid, name, f"{SYNC_SECRET[:-1]}{number}", f"{APP_SECRET[:-1]}{number}")
        if not empty:
            begin_with_staff(corp)
    world.suites[SUITE_ID] = Suite(SUITE_ID, SUITE_SECRET)


def open_corp(corpid: str, name: str, sync_secret: str = "", app_secret: str = "") -> Corp:
    """A corp with its root department and one self-built app that sees all of it."""
    sync = App(SYNC, sync_secret or secrets.token_urlsafe(32), name="通讯录同步", edits=True)
    corp = world.corps[corpid] = Corp(corpid, name, sync)
    corp.departments[ROOT] = Department(ROOT, name, 0)
    corp.new_agent(App(BUILT, app_secret or secrets.token_urlsafe(32), name="海纳员工"))
    return corp


def begin_with_staff(corp: Corp) -> None:
    for name, parts in TREE.items():
        top = corp.add_department(name, ROOT)
        for part in parts:
            corp.add_department(part, top.id)
    places = [each for each in corp.departments if each != ROOT]
    for number in range(MEMBERS):
        hire(corp, number, [places[number % len(places)]])
    corp.creator = next(iter(corp.members.values())).userid


def hire(corp: Corp, number: int, departments: list[int]) -> Member:
    """A made-up member with a phone that nobody else here has."""
    surname, given = SURNAMES[number % len(SURNAMES)], GIVEN[number * 2 % len(GIVEN) :][:2]
    member = Member(
        f"staff{number + 1:05d}",
        surname + given,
        departments,
        mobile=f"199{number + 1:08d}",
        gender=str(number % 2 + 1),
        position=POSITIONS[number % len(POSITIONS)],
        main_department=departments[0],
        activated=True,
    )
    corp.put(member)
    return member


def add_many(corp: Corp, departments: int, members: int) -> None:
    """That many more, at once and without an event: for measurements. Twenty departments are below
    the root and the others below those; every tenth member is in two."""
    first, made = corp.last_department + 1, []
    for number in range(departments):
        parent = made[number % 20] if number >= 20 else ROOT
        made.append(corp.add_department(f"项目{first + number}", parent).id)
    places, hired = made or [ROOT], corp.last_serial
    corp.cap = max(corp.cap, len(corp.members) + members)
    for number in range(members):
        at = [places[number % len(places)], places[number * 7 % len(places)]]
        hire(corp, hired + number, list(dict.fromkeys(at)) if number % 10 == 0 else at[:1])
