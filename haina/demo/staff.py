"""Made-up staff of the demo account: two dozen people in six departments, connected to no corp."""

from datetime import datetime

from communities.models import Community
from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from staff import departments, services
from staff.models import Employee

# Department, what it is below, and who does what there.
DEPARTMENTS = (
    ("客户服务部", "", ("主管", "管家", "管家", "前台")),
    ("工程部", "", ("主管", "工程师")),
    ("维修组", "工程部", ("维修师父", "维修师父", "维修师父", "维修师父")),
    ("秩序维护部", "", ("主管", "秩序员", "秩序员", "秩序员", "秩序员", "秩序员")),
    ("环境部", "", ("主管", "保洁员", "保洁员", "绿化工")),
    ("财务部", "", ("主管", "会计", "出纳", "收费员")),
)
SURNAMES = "何吕施张孔曹严华金魏陶姜"
GIVEN = ("海波", "小燕", "国强", "春梅")


def add_staff(account: ServiceAccount, community: Community, *, by: Actor, now: datetime) -> None:
    made = {"": departments.root_of(account)}
    number = 0
    for name, above, positions in DEPARTMENTS:
        below = made[above].pk
        made[name] = departments.add(account, name, below=below, by=by, now=now)
        for position in positions:
            told = person(number, position) | {"department_ids": [made[name].pk]}
            services.add(account, community_ids=[community.pk], by=by, now=now, **told)
            number += 1


def person(number: int, position: str) -> dict:
    return {
        "name": SURNAMES[number % len(SURNAMES)] + GIVEN[(number + number // 12) % len(GIVEN)],
        "gender": Employee.Gender.values[number % 2],
        "position": position,
        "rank": "中级" if position == "主管" else "",
        "phone": f"+86187{number * 6121 % 10**8:08d}",
    }
