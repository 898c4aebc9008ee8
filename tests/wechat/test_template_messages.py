"""模板消息: which template says what, its preview, and a test of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from followers.models import Follower
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from haina.wechat import services
from haina.wechat.messages import choices_for, fields_in
from haina.wechat.models import Call, Template
from haina.wechat.official import AccountTemplate, official
from tests import make


@pytest.fixture
def client(sign_in, creator):
    return sign_in(creator)


def shown(response) -> str:
    return response.content.decode()


@pytest.fixture
def choose(account):
    return reverse("official:template-review", args=[account.slug])


@pytest.mark.django_db(transaction=True)
def test_template_is_chosen_and_its_fields_filled(client, choose, demo):
    theirs = next(t for t in official(demo).templates() if "审核" in t.title)
    html = shown(client.get(choose, {"template": theirs.id}))
    fields = fields_in(theirs.content)
    assert all(field.label in html for field in fields)
    mapping = {field.name: next(iter(choices_for("review", field))) for field in fields}

    client.post(choose, {"template": theirs.id, **mapping})

    template = Template.objects.get(connection=demo)
    assert (template.template_id, template.fields) == (theirs.id, mapping)


@pytest.fixture
def chosen(client, choose, demo):
    """The template for reviews, with all its fields."""
    theirs = next(t for t in official(demo).templates() if "审核" in t.title)
    fields = fields_in(theirs.content)
    mapping = {field.name: next(iter(choices_for("review", field))) for field in fields}
    client.post(choose, {"template": theirs.id, **mapping})
    return Template.objects.get(connection=demo)


@pytest.mark.django_db(transaction=True)
def test_preview_follows_what_is_chosen(client, choose, demo):
    theirs = next(t for t in official(demo).templates() if "审核" in t.title)
    (thing, *_others) = [f for f in fields_in(theirs.content) if f.kind == "thing"]

    html = shown(client.get(choose, {"template": theirs.id, thing.name: "account"}))

    assert "蜂鸟小区A" in html.split('id="example"')[1]


@pytest.mark.django_db(transaction=True)
def test_the_dialog_can_be_left_before_a_template_is_chosen(client, choose, demo):
    assert "data-close" in shown(client.get(choose, headers={"HX-Request": "true"}))


@pytest.fixture
def try_out(account):
    return reverse("official:test-review", args=[account.slug])


@pytest.mark.django_db(transaction=True)
def test_test_message_reaches_the_chosen_follower(client, account, chosen, try_out, sandbox):
    openid = sandbox.openids()[0]
    follower = Follower.objects.create(account=account, openid=openid, remark="老张")
    Follower.objects.create(account=account, openid=sandbox.openids()[1], remark="老李")

    html = shown(client.post(try_out, {"q": "老张"}))
    client.post(try_out, {"follower": follower.pk})

    assert "老张" in html
    assert "老李" not in html
    (message,) = sandbox.inbox(openid)
    assert "蜂鸟小区A" in str(message["values"])


@pytest.mark.parametrize("state", [{"blocked": True}, {"subscribed": False}, {"account": "other"}])
@pytest.mark.django_db(transaction=True)
def test_nobody_else_gets_a_test_message(client, account, chosen, try_out, sandbox, state):
    openid = sandbox.openids()[0]
    state = state | {"account": make.account("other") if "account" in state else account}
    follower = Follower.objects.create(openid=openid, remark="老张", **state)

    assert "老张" not in shown(client.get(try_out))
    response = client.post(try_out, {"follower": follower.pk})

    assert response.status_code == 422
    assert sandbox.inbox(openid) == []


@pytest.mark.django_db(transaction=True)
def test_refused_test_message_is_told(client, account, chosen, try_out, sandbox):
    follower = Follower.objects.create(account=account, openid=sandbox.openids()[0])
    sandbox.unfollow(follower.openid)

    response = client.post(try_out, {"follower": follower.pk})

    assert "用户没有关注公众号" in shown(response)


@pytest.mark.django_db(transaction=True)
def test_template_with_an_empty_field_is_not_saved(client, choose, demo):
    theirs = official(demo).templates()[0]

    response = client.post(choose, {"template": theirs.id})

    assert response.status_code == 422
    assert not Template.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fault_of_wechat_is_told_in_the_dialog(client, choose, demo, sandbox):
    sandbox.fault("cgi-bin/template/get_all_private_template", errcode=48001)

    html = shown(client.get(choose))

    assert "没有调用这个接口的权限" in html


@pytest.mark.django_db(transaction=True)
def test_a_template_that_nothing_of_ours_fits_is_not_offered(client, choose, demo):
    offered = next(t for t in official(demo).templates() if "审核" in t.title)
    unfit = next(t for t in official(demo).templates() if t.title == "服务进度提醒")

    html = shown(client.get(choose, {"template": unfit.id}))

    assert offered.title in html
    assert unfit.title not in html
    assert "没有列出" in html
    assert client.post(choose, {"template": unfit.id}).status_code == 422


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db(transaction=True)
def test_a_value_that_a_field_cannot_hold_is_no_fault(client, choose, demo, method):
    theirs = next(t for t in official(demo).templates() if "审核" in t.title)
    fields = {field.name: "community" for field in fields_in(theirs.content)}

    response = getattr(client, method)(choose, {"template": theirs.id, **fields})

    assert response.status_code == {"get": 200, "post": 422}[method]


@pytest.mark.django_db(transaction=True)
def test_a_stored_template_that_nothing_fits_can_be_looked_at(client, chosen, try_out):
    Template.objects.update(fields={})

    response = client.get(try_out)

    assert response.status_code == 200
    assert "（未选择）" in shown(response)
    assert ".DATA}}" not in shown(response)


@pytest.mark.django_db(transaction=True)
def test_the_preview_asks_wechat_once(client, choose, demo):
    theirs = official(demo).templates()[0]
    asked = Call.objects.filter(endpoint__endswith="get_all_private_template")
    asked.delete()

    client.get(choose)
    for _ in range(3):
        client.get(choose, {"template": theirs.id})
    client.post(choose, {"template": theirs.id})

    assert asked.count() == 1
    client.get(choose)
    assert asked.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_test_sent_twice_arrives_once(client, account, chosen, try_out, sandbox):
    follower = Follower.objects.create(account=account, openid=sandbox.openids()[0])
    once = client.get(try_out).context["once"]

    for _ in range(2):
        client.post(try_out, {"follower": follower.pk, "once": once})

    assert len(sandbox.inbox(follower.openid)) == 1
    entry = AuditEntry.objects.filter(action="wechat.test_sent").first()
    assert (entry.model, entry.ids) == ("followers.follower", [follower.pk])
    assert entry.reason == "住户审核提醒"


@pytest.mark.django_db(transaction=True)
def test_whom_a_test_is_for_is_looked_for_in_no_address(client, account, chosen, try_out):
    Follower.objects.create(account=account, openid="a", remark="老张")
    Follower.objects.create(account=account, openid="b", remark="老李")

    assert "老李" in shown(client.get(try_out, {"q": "老张"}))
    assert 'hx-get="' + try_out not in shown(client.get(try_out))


@pytest.mark.django_db(transaction=True)
def test_a_search_by_phone_counts_at_the_test_too(sign_in, account, chosen, try_out, monkeypatch):
    sections = dict.fromkeys((Section.FOLLOWERS, Section.RESIDENTS), Level.VIEW)
    sections[Section.ADMINISTRATORS] = Level.MANAGE
    client = sign_in(make.operator(account, sections=sections, fields={"phone": Level.VIEW}))

    client.post(try_out, {"q": "2808"})
    assert AuditEntry.objects.filter(action="resident.searched_by_phone").exists()

    monkeypatch.setattr(type(PHONE_SEARCHES), "take", lambda *args, **kwargs: False)
    assert "按手机号搜索的次数过多" in shown(client.post(try_out, {"q": "2808"}))


@pytest.mark.django_db(transaction=True)
def test_who_may_see_no_followers_chooses_none(sign_in, account, chosen, try_out, sandbox):
    openid = sandbox.openids()[0]
    follower = Follower.objects.create(account=account, openid=openid, remark="老张")
    client = sign_in(make.operator(account, sections={Section.ADMINISTRATORS: Level.MANAGE}))

    html = shown(client.get(try_out))
    by_number = client.post(try_out, {"follower": follower.pk})

    assert "没有查看微信关注用户的权限" in html
    assert "老张" not in html
    assert by_number.status_code == 422
    assert sandbox.inbox(openid) == []


def test_a_long_title_is_cut(connection, creator):
    long = AccountTemplate("id", "审" * 65, "{{productType.DATA}}")
    by, now = Actor.of(creator), timezone.now()

    fields = {"productType": "community"}
    services.choose_template(connection, "review", long, fields, by=by, now=now)

    assert Template.objects.get().title == "审" * 64
