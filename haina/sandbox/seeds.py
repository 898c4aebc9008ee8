"""What the sandbox begins with: the demo's account, its people, tags and templates; the corps."""

from haina.sandbox import callbacks, messages
from haina.sandbox.wecom import seeds as wecom
from haina.sandbox.world import DEMO_APPID, DEMO_SECRET, Account, world

PEOPLE, FOLLOWING = 120, 80
TAGS = {"业主": 3, "租户": 5, "志愿者": 11}  # to every third, fifth, eleventh follower
REVIEW = "sandbox-review-0000000000000000000000000000"
DECISION = "sandbox-decision-00000000000000000000000000"
SERVICE = "sandbox-service-000000000000000000000000000"
RESULTS = ["审核通过", "审核未通过", "认证已撤销", "租约将到期", "租约已到期"]
DAY = 24 * 3600


def restart(*, empty: bool = False) -> None:
    """A new world: with the demo's account, whose people follow it or not, or with followers
    nowhere."""
    with world.lock:
        callbacks.restart()
        world.restart()
        account = open_account(DEMO_APPID, DEMO_SECRET)
        if not empty:
            begin_with_followers(account)
        wecom.restart(empty=empty)


def open_account(appid: str, secret: str) -> Account:
    """An account that everybody of the sandbox may follow and nobody does yet."""
    account = world.accounts[appid] = Account(appid, secret)
    for number in range(PEOPLE):
        account.add_person(number)
    lines = ("小区:{{thing1.DATA}}", "待审核:{{number2.DATA}}", "提交时间:{{time3.DATA}}")
    messages.put_template(account, REVIEW, "住户认证审核提醒", "\n".join(lines))
    lines = ("小区:{{thing1.DATA}}", "房屋:{{thing2.DATA}}", "审核结果:{{const3.DATA}}")
    lines = (*lines, "审核时间:{{time4.DATA}}")
    approved = {"const3": RESULTS}
    messages.put_template(account, DECISION, "住户认证结果通知", "\n".join(lines), approved)
    lines = ("姓名:{{name1.DATA}}", "电话:{{phone_number2.DATA}}", "状态:{{phrase3.DATA}}")
    lines = (*lines, "费用:{{amount4.DATA}}", "编号:{{character_string5.DATA}}")
    messages.put_template(account, SERVICE, "服务进度提醒", "\n".join(lines))
    return account


def begin_with_followers(account: Account) -> None:
    for name in TAGS:
        account.last_tag += 1
        account.tags[account.last_tag] = name
    tags = [tag for tag in account.tags if account.tags[tag] in TAGS]
    for number, person in enumerate(list(account.people.values())[:FOLLOWING]):
        person.subscribed = True
        person.subscribed_at = int(world.now()) - (FOLLOWING - number) * DAY
        person.order = account.next_order()
        steps = zip(tags, TAGS.values(), strict=True)
        person.tag_ids = [tag for tag, step in steps if number % step == 0]


def add_followers(account: Account, count: int) -> None:
    """That many more, at once and without an event: for measurements."""
    first = len(account.people)
    for number in range(first, first + count):
        person = account.add_person(number)
        person.subscribed, person.subscribed_at = True, int(world.now()) - count + number - first
