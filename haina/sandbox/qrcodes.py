"""QR codes with a scene: made by the account, shown as an image, scanned by the phone."""

import io
import secrets

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import Account, world

MOST_SECONDS, SECONDS = 30 * 24 * 3600, 30
SCENE_LENGTH, LARGEST_LIMITED, LARGEST = 64, 100_000, 2**32 - 1
# By action: are the scenes text, and do the codes end
ACTIONS = {
    "QR_STR_SCENE": (True, True),
    "QR_LIMIT_STR_SCENE": (True, False),
    "QR_SCENE": (False, True),
    "QR_LIMIT_SCENE": (False, False),
}


def create(call: Call) -> dict:
    action = call.body.get("action_name")
    if action not in ACTIONS:
        raise Refused(40053)
    text, ends = ACTIONS[action]
    scene = asked_scene(call, text=text, largest=LARGEST if ends else LARGEST_LIMITED)
    seconds = asked_seconds(call) if ends else None
    key = secrets.token_urlsafe(12)
    ticket = f"gQ{secrets.token_urlsafe(48)}=="
    call.account.tickets[ticket] = {
        "key": key,
        "scene": scene,
        "url": f"{call.base}/q/{key}",
        "made_at": world.now(),
        "ends_at": world.now() + seconds if seconds else None,
    }
    told = {"ticket": ticket, "url": f"{call.base}/q/{key}"}
    return told | {"expire_seconds": seconds} if seconds else told


def asked_scene(call: Call, *, text: bool, largest: int) -> str:
    info = call.body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get("scene_str" if text else "scene_id") if isinstance(scene, dict) else None
    fits = (
        isinstance(value, str) and 0 < len(value) <= SCENE_LENGTH
        if text
        else isinstance(value, int) and 0 < value <= largest
    )
    if not fits:
        raise Refused(40053)
    return str(value)


def asked_seconds(call: Call) -> int:
    """Without it a code lives for half a minute only."""
    seconds = call.body.get("expire_seconds", SECONDS)
    if not isinstance(seconds, int) or not 0 < seconds <= MOST_SECONDS:
        raise Refused(40053)
    return seconds


def find(key: str) -> tuple[Account, str, dict] | None:
    """Whose code it is, its ticket and what is known of it; None when it is over."""
    for account in world.accounts.values():
        for ticket, code in account.tickets.items():
            if code["key"] == key and valid(code):
                return account, ticket, code
    return None


def valid(code: dict) -> bool:
    return code["ends_at"] is None or code["ends_at"] > world.now()


@require_safe
def image(request: HttpRequest) -> HttpResponse:
    """/cgi-bin/showqrcode: needs no token; 404 for a ticket that nobody was given."""
    ticket = request.GET.get("ticket", "")
    with world.lock:
        accounts = world.accounts.values()
        code = next((each.tickets[ticket] for each in accounts if ticket in each.tickets), None)
    if code is None:
        raise Http404
    picture = io.BytesIO()
    segno.make(code["url"], micro=False, error="m").save(picture, kind="png", scale=8, border=4)
    return HttpResponse(picture.getvalue(), content_type="image/png")
