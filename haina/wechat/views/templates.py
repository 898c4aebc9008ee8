"""模板消息: which template of the account says what, and a test of it."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.requests import number
from haina.lib.text import tidy
from haina.wechat import services
from haina.wechat.errors import WeChatRefused
from haina.wechat.forms import TemplateForm
from haina.wechat.messages import examples_of, fill, preview
from haina.wechat.models import Template
from haina.wechat.official import official
from haina.wechat.recipients import recipients
from haina.wechat.views.settings import connection_of


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def choose(request, purpose):
    """Choose a template, then what stands in its fields. The address may name another template,
    and values for its fields: the preview follows them."""
    connection = connection_of(request)
    if connection is None:
        return go(request, settings_url(request))
    kept = Template.objects.within(request.scope).filter(purpose=purpose).first()
    try:
        theirs = official(connection).templates()
    except WeChatRefused as refusal:
        return screen(request, "wechat/template.html", {"purpose": purpose, "refusal": refusal})
    asked = request.GET.get("template", kept.template_id if kept else "")
    chosen = request.GET.dict() | {"template": asked}
    form = TemplateForm(posted(request), purpose=purpose, theirs=theirs, kept=kept, initial=chosen)
    if form.is_bound and form.is_valid():
        services.choose_template(
            connection, purpose, form.chosen, form.mapping, by=request.actor, now=timezone.now()
        )
        messages.success(request, _("已保存模板消息“%s”。") % form.chosen.title)
        return go(request, settings_url(request))
    context = {
        "form": form,
        "purpose": purpose,
        "label": Template.Purpose(purpose).label,
        "example": form.example(examples_of(purpose)),
    }
    status = REFUSED_FORM if form.is_bound else 200
    return screen(request, "wechat/template.html", context, status=status)


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def test(request, purpose):
    """Send the message with examples to a follower who is looked for by name."""
    templates = Template.objects.within(request.scope).select_related("connection")
    template = templates.filter(purpose=purpose).first()
    if template is None:
        return go(request, settings_url(request))
    text = tidy(request.GET.get("q", ""))
    context = {
        "template": template,
        "example": preview(template.content, fill(template, examples_of(purpose))),
        "text": text,
        "found": found(request, text),
    }
    if request.method == "GET":
        return screen(request, "wechat/test.html", context)
    refusal = sent(request, template)
    if refusal is None:
        messages.success(request, _("微信已接受测试消息，请在手机上查看。"))
        return go(request, settings_url(request))
    return screen(request, "wechat/test.html", context | {"refusal": refusal}, status=REFUSED_FORM)


def found(request, text: str) -> list[tuple[int, str]]:
    return recipients().found(request, text) if recipients() else []


def sent(request, template: Template) -> object | None:
    """Why it was not sent, or None."""
    chosen = recipients() and recipients().openid(request, number(request.POST.get("follower"), 0))
    if not chosen:
        return _("请选择一位正在关注的用户。")
    try:
        services.send_test(template, chosen, by=request.actor, now=timezone.now())
    except WeChatRefused as refusal:
        return refusal
    return None


def settings_url(request) -> str:
    return reverse("official:settings", args=[request.account.slug])


def screen(request, name: str, context: dict, status: int = 200):
    context |= {"back": settings_url(request)}
    return render_screen(request, name, context, fragment="form", status=status)
