"""Template messages: which ones the account has, what may stand in them, and what became of one."""

import secrets

from haina.sandbox import acts, kinds
from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import Account, Person, world

MOST_TEMPLATES = 25
SAME_MESSAGE_SECONDS = 600
INDUSTRY = {"first_class": "房地产", "second_class": "物业"}


def industry(call: Call) -> dict:
    return {"primary_industry": INDUSTRY, "secondary_industry": INDUSTRY}


def private_templates(call: Call) -> dict:
    shown = ("template_id", "title", "primary_industry", "deputy_industry", "content", "example")
    templates = call.account.templates.values()
    return {"template_list": [{name: each[name] for name in shown} for each in templates]}


def add_template(call: Call) -> dict:
    """Of a category template: its id is of digits only, and keywords are to be chosen."""
    account, short = call.account, str(call.body.get("template_id_short", ""))
    keywords = call.body.get("keyword_name_list")
    if not short.isdecimal():
        raise Refused(40037)
    if not isinstance(keywords, list) or not keywords:
        raise Refused(40246)
    if len(account.templates) >= MOST_TEMPLATES:
        raise Refused(45026)
    lines = [f"{name}:{{{{thing{number}.DATA}}}}" for number, name in enumerate(keywords, 1)]
    template_id = secrets.token_urlsafe(32)
    put_template(account, template_id, f"模板{short}", "\n".join(lines))
    return {"template_id": template_id}


def delete_template(call: Call) -> None:
    if call.account.templates.pop(str(call.body.get("template_id")), None) is None:
        raise Refused(40037)


def put_template(
    account: Account, template_id: str, title: str, content: str, approved: dict | None = None
) -> None:
    """`approved`: of a const field, the values that it may have."""
    account.templates[template_id] = {
        "template_id": template_id,
        "title": title,
        "primary_industry": "",
        "deputy_industry": "",
        "content": f"{content}\n",
        "example": "",
        "approved": approved or {},
    }


def send(call: Call) -> dict:
    """Accepted is not delivered: how it ended comes as TEMPLATESENDJOBFINISH."""
    account, body = call.account, call.body
    person = account.person(body.get("touser"))
    if not person.subscribed:
        raise Refused(43004)
    if person.blocked:
        raise Refused(43019)
    template = account.templates.get(str(body.get("template_id")))
    if template is None:
        raise Refused(40037)
    values = checked(template, body.get("data"))
    msgid = sent_already(account, body) or accept(account, person, template, values, body)
    return {"errcode": 0, "errmsg": "ok", "msgid": msgid}


def checked(template: dict, data) -> dict[str, str]:
    values = {}
    for field in kinds.fields_of(template["content"]):
        given = data.get(field) if isinstance(data, dict) else None
        value = given.get("value") if isinstance(given, dict) else None
        if not kinds.fits(field, value, template["approved"].get(field)):
            raise Refused(47003, f"argument invalid! data.{field}.value invalid")
        values[field] = value
    return values


def sent_already(account: Account, body: dict) -> int | None:
    """The same client_msg_id for the same person within ten minutes is the same message."""
    before = account.sent.get((body["touser"], str(body.get("client_msg_id"))))
    if before and body.get("client_msg_id") and world.now() - before[1] < SAME_MESSAGE_SECONDS:
        return before[0]
    return None


def accept(account: Account, person: Person, template: dict, values: dict, body: dict) -> int:
    if account.sends_today >= account.daily_sends:
        raise Refused(45009)
    account.sends_today += 1
    msgid = world.number()
    account.sent[body["touser"], str(body.get("client_msg_id"))] = (msgid, world.now())
    status = "failed:user block" if person.refuses else account.outcome
    if status == "success":
        arrive(account, person, template, values, body, msgid)
    acts.event(account, person, "TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status)
    return msgid


def arrive(
    account: Account, person: Person, template: dict, values: dict, body: dict, msgid: int
) -> None:
    text = template["content"].strip()
    for field, value in values.items():
        text = text.replace(f"{{{{{field}.DATA}}}}", value)
    world.inbox.append(
        {
            "kind": "template",
            "appid": account.appid,
            "openid": person.openid,
            "at": world.now(),
            "title": template["title"],
            "lines": text.split("\n"),
            "url": str(body.get("url") or ""),
            "template_id": template["template_id"],
            "values": values,
            "msgid": msgid,
        }
    )
