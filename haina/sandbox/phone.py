"""手机: the page of one made-up WeChat user: follow, scan, open pages, read what arrived."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from haina.sandbox import acts, holder, pictures, qrcodes
from haina.sandbox.callbacks import loopback
from haina.sandbox.world import Person, world

LATEST = 30


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    account = holder.account_in_hand()
    person = holder.person_of(request, account)
    if person is None:
        return holder.ask_who(request)
    with world.lock:
        arrived = [each for each in world.inbox if each["openid"] == person.openid][-LATEST:]
    context = {"account": account, "person": person, "messages": arrived[::-1]}
    context |= {"sms": list(world.sms)[-LATEST:][::-1]}
    context |= {"tab": "phone", "snapshot": holder.on_snapshot_page(request), **told(request)}
    return render(request, "sandbox/phone.html", context)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Put the phone into somebody's hand, and go on where they were asked for."""
    response = redirect(holder.asked_for(request, otherwise="/"))
    return holder.remember(response, holder.WHO, request.POST.get("person", ""))


@require_safe
def change(request: HttpRequest) -> HttpResponse:
    return holder.ask_who(request, after="/")


def on_the_phone(function):
    """A POST of whoever holds the phone; the answer is a word about it on the phone."""

    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        person = holder.person_of(request, holder.account_in_hand())
        if person is None:
            return redirect("/")
        with world.lock:
            return redirect(f"/?done={function(request, person)}")

    return view


@on_the_phone
def follow(request: HttpRequest, person: Person) -> str:
    acts.follow(holder.account_in_hand(), person)
    return "followed"


@on_the_phone
def unfollow(request: HttpRequest, person: Person) -> str:
    acts.unfollow(holder.account_in_hand(), person)
    return "unfollowed"


@on_the_phone
def say(request: HttpRequest, person: Person) -> str:
    if text := request.POST.get("text", "").strip():
        acts.say(holder.account_in_hand(), person, text)
    return "said"


@on_the_phone
def refuse(request: HttpRequest, person: Person) -> str:
    person.refuses = not person.refuses
    return "refused" if person.refuses else "accepted"


@require_safe
def scanner(request: HttpRequest) -> HttpResponse:
    account = holder.account_in_hand()
    with world.lock:
        codes = [(ticket, code) for ticket, code in account.tickets.items() if qrcodes.valid(code)]
    codes = codes[-LATEST:][::-1]
    context = {"codes": codes, "tab": "scanner", **told(request)}
    return render(request, "sandbox/scanner.html", context)


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    return scan_text(request, request.POST.get("link", "").strip())


@require_POST
def scan_picture(request: HttpRequest) -> HttpResponse:
    """Scan the code in a picture that was taken or chosen."""
    try:
        text = pictures.code_in(request.FILES.get("picture"))
    except pictures.NotRead as fault:
        return redirect(f"/scanner?done={fault}")
    return scan_text(request, text.strip())


def scan_text(request: HttpRequest, text: str) -> HttpResponse:
    """What a code says: the link, ticket or scene of one of WeChat's codes, or another address,
    which is opened in WeChat."""
    if "://" in text and not is_code(text, request):
        return redirect(text if loopback(text) else "/scanner?done=elsewhere")
    key = text.rstrip("/").rpartition("/q/")[2]
    account = holder.account_in_hand()
    person = holder.person_of(request, account)
    if person is None:
        return redirect("/")
    with world.lock:
        tickets = account.tickets.items()
        known = [ticket for ticket, code in tickets if key in (ticket, code["key"], code["scene"])]
        scanned = bool(known) and acts.scan(account, person, known[-1])
    return redirect("/?done=scanned" if scanned else "/scanner?done=unknown")


def is_code(link: str, request: HttpRequest) -> bool:
    """Does it lead to a code here, by whichever name of this machine?"""
    if not loopback(link):
        return False
    address = urlsplit(link)
    return str(address.port) == request.get_port() and address.path.startswith("/q/")


@require_safe
def scanned(request: HttpRequest, key: str) -> HttpResponse:
    """Where the code itself leads to: the phone, about to scan it."""
    with world.lock:
        found = qrcodes.find(key)
    account = holder.account_in_hand()
    person = holder.person_of(request, account)
    if person is None:
        return holder.ask_who(request)
    context = {"found": found, "key": key, "person": person, "account": account, "tab": "scanner"}
    return render(request, "sandbox/scanned.html", context, status=200 if found else 404)


@require_POST
def open_page(request: HttpRequest) -> HttpResponse:
    """Open an address as WeChat's browser does: the OAuth pages of the sandbox know who it is."""
    address = request.POST.get("url", "").strip()
    return redirect(address if loopback(address) else "/?done=elsewhere")


@require_POST
def snapshot(request: HttpRequest) -> HttpResponse:
    value = "0" if holder.on_snapshot_page(request) else "1"
    return holder.remember(redirect("/"), holder.SNAPSHOT, value)


DONE = {
    "followed": "已关注",
    "unfollowed": "已取消关注",
    "said": "已发送",
    "refused": "不再接收该服务号的模板消息",
    "accepted": "重新接收该服务号的模板消息",
    "scanned": "已扫码",
    "unknown": "二维码不存在或已过期",
    "elsewhere": "沙箱只打开本机的网页（http://127.0.0.1 或 http://localhost）",
    "saved": "提交成功",
    "changed": "已修改",
    "no-picture": "请选择一张图片（JPEG、PNG、WebP、GIF 或 BMP）；这个文件不是图片，或已损坏",
    "too-large": "图片太大：最多 10 MB、5000 万像素，请缩小后再试",
    "no-code": "图片里没有找到二维码，请拍清楚、拍完整后再试",
}


def told(request: HttpRequest) -> dict[str, str]:
    """What has just been done, in words."""
    return {"done": DONE.get(request.GET.get("done", ""), "")}


urlpatterns = [
    path("", phone),
    path("choose", choose),
    path("change", change),
    path("follow", follow),
    path("unfollow", unfollow),
    path("say", say),
    path("refuse", refuse),
    path("scanner", scanner),
    path("scan", scan),
    path("scan/picture", scan_picture),
    path("q/<str:key>", scanned),
    path("open", open_page),
    path("snapshot", snapshot),
]
