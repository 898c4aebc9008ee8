"""The addresses to which WeCom posts. Answered at once: what a message leads to, happens later."""

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from haina.accounts.access import PUBLIC, allow
from haina.wechat.corp import inbox
from haina.wechat.corp.sealing import Seal, echo, opened
from haina.wechat.models import Corp
from haina.wechat.views.callbacks import guarded, told


@csrf_exempt
@allow(PUBLIC)
@require_http_methods(["GET", "POST"])
def contacts(request, door):
    """接收事件服务器 of a corp: the answer to an event is empty."""
    corp = Corp.entered.filter(door=door).first()
    if corp is None:
        raise Http404
    return guarded(request, corp, lambda: answer_corp(request, corp))


def answer_corp(request, corp: Corp):
    seal, now = Seal(corp.token, corp.aes_key, corp.corp_id), timezone.now()
    if request.method == "GET":
        text = echo(seal, request.GET, of=corp, now=now)
        inbox.mark_verified(corp, now=now)
        return told(text)
    inbox.receive(corp, opened(seal, request.body, request.GET, of=corp, now=now), now=now)
    return told("")


@csrf_exempt
@allow(PUBLIC)
@require_http_methods(["GET", "POST"])
def suite(request):
    """指令回调URL of our suite. There is nothing here unless there is one."""
    if not (settings.WECOM_SUITE_ID and settings.WECOM_SUITE_TOKEN):
        raise Http404
    return guarded(request, "the suite", lambda: answer_suite(request))


def answer_suite(request):
    """The echo is sealed for the provider's corp, everything else for the suite."""
    token, key, now = settings.WECOM_SUITE_TOKEN, settings.WECOM_SUITE_AES_KEY, timezone.now()
    if request.method == "GET":
        seal = Seal(token, key, settings.WECOM_PROVIDER_CORP_ID)
        return told(echo(seal, request.GET, of="the suite", now=now))
    seal = Seal(token, key, settings.WECOM_SUITE_ID)
    message = opened(seal, request.body, request.GET, of="the suite", now=now)
    inbox.receive_command(message, now=now)
    return told("success")
