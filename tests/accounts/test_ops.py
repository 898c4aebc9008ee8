import pytest
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry, ServiceAccount, User
from haina.accounts.ops import site
from haina.lib.encryption import keyed_hash
from haina.sms.models import Message
from haina.wechat.models import Call, Callback, CorpCallback
from tests import make

CANARIES = ["金丝雀", "13700007788", "137*****88", "440304198511080000"]


@pytest.fixture
def client(sign_in, ops):
    return sign_in(ops)


@pytest.fixture
def canary(community, creator):
    job = make.job(creator, payload={"name": "金丝雀"}, result={"phone": "13700007788"})
    job.message = "金丝雀 440304198511080000"
    job.save()
    connection = make.wechat(community.account)
    Callback.objects.create(
        connection=connection,
        key="1",
        kind="text",
        openid="金丝雀",
        content="金丝雀 13700007788",
        sent_at=timezone.now(),
        due_at=timezone.now(),
    )
    Call.objects.create(
        connection=connection, endpoint="tags/get", milliseconds=1, at=timezone.now()
    )
    CorpCallback.objects.create(
        corp=make.corp(community.account),
        key="1",
        kind="change_contact",
        content="金丝雀 13700007788",
        sent_at=timezone.now(),
        due_at=timezone.now(),
    )
    Message.objects.create(
        account=community.account,
        purpose=Message.Purpose.RESULT,
        phone_hash=keyed_hash("+8613800138000"),
        phone_masked="138*****00",
        asked_at=timezone.now(),
    )
    return make.resident(
        community, name="金丝雀", phone="13700007788", id_number="440304198511080000"
    )


def pages():
    rows = {model: model.objects.order_by("pk").first() for model in site._registry}
    yield "/ops/"
    for model, row in rows.items():
        here = f"/ops/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (here, f"{here}?q=a", f"{here}{row.pk}/change/", f"{here}{row.pk}/history/")
    for name in ("user", "serviceaccount", "administrator"):
        yield f"/ops/accounts/{name}/add/"


def test_every_page_works_and_shows_no_resident(client, canary):
    for page in pages():
        response = client.get(page)
        assert response.status_code == 200, page
        html = response.content.decode()
        assert not [word for word in CANARIES if word in html], page


def test_looks_are_audited_where_the_account_reads_them(client, account, creator):
    client.get(f"/ops/accounts/administrator/{creator.pk}/change/")
    client.get(f"/ops/accounts/user/{creator.user_id}/change/")
    client.get(f"/ops/accounts/serviceaccount/{account.pk}/change/")

    seen = AuditEntry.objects.filter(action__endswith="seen_by_ops").order_by("pk")
    assert list(seen.values_list("action", "account", "ids", "actor")) == [
        ("administrator.seen_by_ops", account.pk, [creator.pk], "海纳小助手"),
        ("user.seen_by_ops", account.pk, [creator.user_id], "海纳小助手"),
        ("serviceaccount.seen_by_ops", account.pk, [account.pk], "海纳小助手"),
    ]


def test_ops_adds_a_user(client):
    fields = {"username": " XiaoWang ", "name": "小王", "is_active": "on"}

    client.post("/ops/accounts/user/add/", fields | {"new_password": make.PASSWORD})

    user = User.objects.get(username="xiaowang")
    assert user.check_password(make.PASSWORD)
    assert not user.is_staff
    entry = AuditEntry.objects.get(action="user.added_by_ops")
    assert entry.ids == [user.pk]
    assert "new_password" in entry.fields


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"new_password": ""}, "请为新用户设置密码"),
        ({"new_password": "12345678"}, "密码"),
        ({"username": "13800138000"}, "手机号请填在"),
        ({"username": "xiaohe"}, "已存在"),
    ],
)
def test_what_is_wrong_with_a_user_is_told(client, fields, fault):
    make.user("xiaohe")
    good = {"username": "new", "name": "小王", "is_active": "on", "new_password": make.PASSWORD}

    response = client.post("/ops/accounts/user/add/", good | fields)

    assert fault in response.content.decode()
    assert not User.objects.filter(name="小王").exists()


def test_a_deactivated_user_is_told_to_the_account(client, account, creator):
    fields = {"username": creator.user.username, "name": creator.user.name}

    client.post(f"/ops/accounts/user/{creator.user_id}/change/", fields)

    creator.user.refresh_from_db()
    assert not creator.user.is_active
    assert AuditEntry.objects.get(action="user.changed_by_ops").account == account


def test_ops_cannot_change_ops(client, ops):
    colleague = make.user("second", is_staff=True)

    response = client.post(f"/ops/accounts/user/{colleague.pk}/change/", {"username": "taken"})

    assert response.status_code == 403
    assert User.objects.filter(username="second").exists()


def test_ops_opens_an_account(client):
    creator = make.user("boss", name="老板")

    client.post(
        "/ops/accounts/serviceaccount/add/",
        {"slug": "new", "name": "新物业", "creator": creator.pk},
    )

    place = ServiceAccount.objects.get(slug="new").administrators.get()
    assert (place.user, place.role) == (creator, "creator")
    assert AuditEntry.objects.get(action="account.opened").actor == "海纳小助手"


@pytest.mark.parametrize("slug", ["ops", "Fengniao", "a b", "fengniao", ""])
def test_a_bad_slug_is_refused(client, account, slug):
    creator = make.user()

    response = client.post(
        "/ops/accounts/serviceaccount/add/", {"slug": slug, "name": "新", "creator": creator.pk}
    )

    assert response.status_code == 200
    assert ServiceAccount.objects.count() == 1


def test_ops_adds_an_administrator(client, account):
    user = make.user()
    fields = {"account": account.pk, "who": user.pk, "role": "system"}

    client.post("/ops/accounts/administrator/add/", fields)

    place = account.administrators.get(user=user)
    assert (place.role, place.seat) == ("system", 1)
    assert AuditEntry.objects.get(action="administrator.added").account == account


def test_ops_is_told_why_an_administrator_is_refused(client, account, operator):
    fields = {"account": account.pk, "who": operator.user_id, "role": "operator"}

    response = client.post("/ops/accounts/administrator/add/", fields, follow=True)

    assert "已经是本服务号的管理员" in response.content.decode()
    assert account.administrators.count() == 2


def test_ops_gives_a_deactivated_place_back(client, account, operator):
    services.deactivate(operator, by=Actor.command(account), now=timezone.now())
    fields = {"account": account.pk, "who": operator.user_id, "role": "operator"}

    client.post("/ops/accounts/administrator/add/", fields)

    assert account.administrators.active().filter(pk=operator.pk).exists()


def test_ops_makes_no_creator(client, account):
    fields = {"account": account.pk, "who": make.user().pk, "role": "creator"}

    response = client.post("/ops/accounts/administrator/add/", fields)

    assert response.status_code == 200
    assert account.administrators.filter(role="creator").count() == 1


def test_ops_ends_a_place(client, account, creator, operator):
    chosen = {"action": "deactivate", "_selected_action": [creator.pk, operator.pk]}

    page = client.post("/ops/accounts/administrator/", chosen, follow=True)

    ended = Administrator.objects.exclude(deactivated_at=None)
    assert [place.pk for place in ended] == [operator.pk]
    assert "创建者不能停用" in page.content.decode()


def test_nothing_can_be_deleted_there(client, account, creator, operator):
    for row in (account, creator, creator.user, AuditEntry.objects.first(), make.job(creator)):
        name = f"{row._meta.app_label}/{row._meta.model_name}"
        assert client.post(f"/ops/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(f"/ops/{name}/", chosen)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_the_trail_and_jobs_cannot_be_changed_there(client, creator):
    entry, job = AuditEntry.objects.first(), make.job(creator)

    assert (
        client.post(f"/ops/accounts/auditentry/{entry.pk}/change/", {"actor": "x"}).status_code
        == 403
    )
    assert client.post(f"/ops/jobs/job/{job.pk}/change/", {"state": "done"}).status_code == 403


def test_ops_has_no_console(client, account):
    assert client.get("/fengniao/").status_code == 404
    assert client.get("/").headers["Location"] == "/ops/"


def test_administrators_have_no_ops(sign_in, creator):
    assert sign_in(creator).get("/ops/").status_code == 404
    assert sign_in(creator).get("/ops/accounts/user/").status_code == 404


def test_it_asks_to_sign_in_by_our_own_page(client, db):
    client.logout()

    assert client.get("/ops/").headers["Location"] == "/sign-in/?next=/ops/"
    assert client.get("/ops/login/").headers["Location"].startswith("/sign-in/")


def test_last_sign_in_is_noted(sign_in, ops):
    sign_in(ops)

    ops.refresh_from_db()
    assert (timezone.now() - ops.last_login).total_seconds() < 60
