"""What people do on their phones, and what WeChat tells the account of it."""

from haina.sandbox import callbacks, qrcodes
from haina.sandbox.world import Account, Person, world


def event(account: Account, person: Person, name: str, **more: str | int) -> None:
    message(account, person, "event", Event=name, **more)


def message(account: Account, person: Person, kind: str, **more: str | int) -> None:
    fields = {
        "ToUserName": account.original_id,
        "FromUserName": person.openid,
        "CreateTime": int(world.now()),
        "MsgType": kind,
        **more,
    }
    callbacks.deliveries().send(account, fields)


def follow(account: Account, person: Person, came_by: str = "ADD_SCENE_SEARCH") -> None:
    if not person.subscribed:
        begin_to_follow(account, person, came_by)
        event(account, person, "subscribe", EventKey="")


def begin_to_follow(account: Account, person: Person, came_by: str, scene: str = "") -> None:
    person.subscribed, person.subscribed_at = True, int(world.now())
    person.order = account.next_order()
    person.came_by, person.scene = came_by, scene


def unfollow(account: Account, person: Person) -> None:
    if person.subscribed:
        person.subscribed = False
        event(account, person, "unsubscribe", EventKey="")


def scan(account: Account, person: Person, ticket: str) -> bool:
    """Scan one of the account's codes; False for one that is over or not the account's."""
    code = account.tickets.get(ticket)
    if code is None or not qrcodes.valid(code):
        return False
    if person.subscribed:
        event(account, person, "SCAN", EventKey=code["scene"], Ticket=ticket)
        return True
    begin_to_follow(account, person, "ADD_SCENE_QR_CODE", code["scene"])
    event(account, person, "subscribe", EventKey=f"qrscene_{code['scene']}", Ticket=ticket)
    return True


def say(account: Account, person: Person, text: str) -> None:
    message(account, person, "text", Content=text, MsgId=world.number())
