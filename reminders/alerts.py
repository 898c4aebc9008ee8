"""What the console tells whoever may mend it, on every page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followers.delivery import Delivery
from followers.undelivered import sentence
from haina.accounts.navigation import Alert
from haina.accounts.permissions import Section
from reminders.models import Trouble
from reminders.troubles import is_past

PAGES = {Delivery.Channel.WECHAT: "official:settings", Delivery.Channel.SMS: "sms:settings"}


def alerts(request) -> list[Alert]:
    rights = request.rights
    may_mend = rights.cover(Section.ADMINISTRATORS.manage)
    if not (may_mend or rights.cover(Section.REMINDERS.manage)):
        return []
    troubles, now = Trouble.objects.within(request.scope).order_by("channel"), timezone.now()
    return [told(request, each, may_mend) for each in troubles if not is_past(each, now=now)]


def told(request, trouble: Trouble, may_mend: bool) -> Alert:
    channel = Delivery.Channel(trouble.channel).label
    values = {"channel": channel, "why": sentence(trouble.fault)}
    text = _("审核提醒暂时不能通过%(channel)s发送：%(why)s") % values
    if not may_mend:
        return Alert(_("%s 请联系创建者或系统管理员处理。") % text)
    url = reverse(PAGES[trouble.channel], args=[request.account.slug])
    return Alert(text, url, _("去设置"))
