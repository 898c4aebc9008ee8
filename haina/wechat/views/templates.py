"""模板消息: which template of the account says what, and a test of it."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.requests import number, once_of
from haina.lib.text import tidy
from haina.wechat import services
from haina.wechat.catalogue import templates_of
from haina.wechat.errors import WeChatRefused
from haina.wechat.forms import TemplateForm
from haina.wechat.messages import examples_of, fill, preview
from haina.wechat.models import Connection, Template
from haina.wechat.recipients import Found, recipients
from haina.wechat.views.settings import connection_of


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def choose(request, purpose):
    """Choose a template, then what stands in its fields. The address may name another template,
    and values for its fields: the preview follows them."""
    connection = connection_of(request)
    if connection is None:
        return go(request, settings_url(request))
    try:
        form = form_of(request, connection, purpose)
    except WeChatRefused as refusal:
        return screen(request, "wechat/template.html", {"purpose": purpose, "refusal": refusal})
    if form.is_bound and form.is_valid():
        by, now = request.actor, timezone.now()
        services.choose_template(connection, purpose, form.chosen, form.mapping, by=by, now=now)
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


def form_of(request, connection: Connection, purpose: str) -> TemplateForm:
    """With the templates as they are now when the form is opened, as they just were after that."""
    kept = Template.objects.within(request.scope).filter(purpose=purpose).first()
    is_opened = request.method == "GET" and not request.GET
    theirs = templates_of(connection, anew=is_opened)
    asked = request.GET.get("template", kept.template_id if kept else "")
    chosen = request.GET.dict() | {"template": asked}
    return TemplateForm(posted(request), purpose=purpose, theirs=theirs, kept=kept, initial=chosen)


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def test(request, purpose):
    """Send the message with examples to a follower who is looked for by name. What is looked for is
    posted as well: it stands in no address."""
    templates = Template.objects.within(request.scope).select_related("connection")
    template = templates.filter(purpose=purpose).first()
    if template is None:
        return go(request, settings_url(request))
    text = tidy(request.POST.get("q", ""))
    refusal = ""
    if request.method == "POST" and "q" not in request.POST:
        try:
            msgid = sent(request, template)
        except (NobodyChosen, WeChatRefused) as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("微信已接受测试消息，请在手机上查看。"))
            return go(request, f"{settings_url(request)}?sent={msgid}")
    context = {
        "template": template,
        "example": example_of(template),
        "text": text,
        "found": found(request, text),
        "refusal": refusal,
        "once": once_of(request),
    }
    status = REFUSED_FORM if refusal else 200
    return screen(request, "wechat/test.html", context, status=status)


def example_of(template: Template) -> str:
    """How the message reads; as the template has it where nothing of ours fits a field."""
    try:
        data = fill(template, examples_of(template.purpose))
    except WeChatRefused:
        data = {}
    return preview(template.content, data)


def found(request, text: str) -> Found:
    if not recipients():
        return Found()
    seen = {"rights": request.rights, "scope": request.scope}
    return recipients().found(text, **seen, by=request.actor, now=timezone.now())


class NobodyChosen(Exception):
    def __str__(self):
        return _("请选择一位正在关注的用户。")


def sent(request, template: Template) -> str:
    """The id of the message. Raises NobodyChosen, or what WeChat refuses."""
    seen = {"rights": request.rights, "scope": request.scope}
    number_of = number(request.POST.get("follower"), 0)
    chosen = recipients() and recipients().one(number_of, **seen)
    if not chosen:
        raise NobodyChosen
    once, by, now = once_of(request), request.actor, timezone.now()
    return services.send_test(template, chosen, once=once, by=by, now=now)


def settings_url(request) -> str:
    return reverse("official:settings", args=[request.account.slug])


def screen(request, name: str, context: dict, status: int = 200):
    context |= {"back": settings_url(request)}
    return render_screen(request, name, context, fragment="form", status=status)
