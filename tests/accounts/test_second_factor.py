"""两步验证: the code after the password, recovery codes, and the page on which they are kept."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from haina.accounts import second_factor
from haina.accounts.models import AuditEntry, RecoveryCode, SecondFactor
from haina.lib.encryption import keyed_hash
from tests import make
from tests.together import together

SIGN_IN, CODE, SET_UP = "/sign-in/", "/sign-in/code/", "/sign-in/security/set-up/"
CODES, SWITCH_OFF = "/sign-in/security/codes/", "/sign-in/security/switch-off/"
PROOF = {"password": make.PASSWORD}
RECOVERY = re.compile(r"<code>(\d{4}-\d{4}-\d{4})</code>")
MOMENT = 1_790_000_000  # the first second of a code


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(creator):
    """Of the account; has set up the second factor."""
    make.second_factor(creator.user)
    return creator.user


def password(user, client=None, **more):
    client = client or Client()
    name = {"username": user.username, "password": make.PASSWORD}
    client.post(SIGN_IN, name | more)
    return client


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_password_alone_signs_nobody_in(user):
    client = password(user)

    assert not is_signed_in(client)
    assert client.get("/fengniao/jobs/").status_code == 302
    assert client.get("/fengniao/jobs/").headers["Location"].startswith("/sign-in/?next=")


def test_the_code_does_and_leads_where_one_wanted_to_go(user):
    client = password(user, next="/fengniao/jobs/")

    response = client.post(CODE, {"code": make.code()})

    assert response.headers["Location"] == "/fengniao/jobs/"
    assert is_signed_in(client)
    assert "haina-device" in response.cookies


def test_a_wrong_code_signs_nobody_in(user):
    client = password(user)

    response = client.post(CODE, {"code": "000000"})

    assert "不正确或已经用过" in response.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("spelt", [" {}{} ", "{} {}", "{}-{}"])
def test_blanks_do_no_harm(user, spelt):
    code = make.code()
    client = password(user)

    client.post(CODE, {"code": spelt.format(code[:3], code[3:])})

    assert is_signed_in(client)


@pytest.mark.parametrize(("step", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_code(user, step, right):
    client = password(user)

    client.post(CODE, {"code": make.code(step=step)})

    assert is_signed_in(client) is right


def test_a_code_is_accepted_once(user):
    code = make.code()
    password(user).post(CODE, {"code": code})
    second = password(user)

    second.post(CODE, {"code": code})

    assert not is_signed_in(second)


def test_a_code_before_the_one_used_is_none(user):
    password(user).post(CODE, {"code": make.code()})
    second = password(user)

    second.post(CODE, {"code": make.code(step=-1)})

    assert not is_signed_in(second)


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_code_one_is_right(user):
    now, code = timezone.now(), make.code()

    def one(number):
        return second_factor.uses(user, code, now=now)

    assert sum(together(one, range(8))) == 1


def test_five_wrong_codes_close_it_for_whoever_has_the_password(user, clock):
    client = password(user)
    answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(6)]

    other = password(user)
    other.post(CODE, {"code": make.code()})

    assert answers == [200] * 5 + [429]
    assert not is_signed_in(other)
    clock.shift(timedelta(minutes=31))
    password(user, other).post(CODE, {"code": make.code()})
    assert is_signed_in(other)


def test_twenty_a_day(user, clock):
    for _ in range(20):
        password(user).post(CODE, {"code": "000000"})
        clock.shift(timedelta(minutes=31))
    client = password(user)

    assert client.post(CODE, {"code": make.code()}).status_code == 429


def test_the_owner_is_not_locked_out_on_a_known_device(user, clock):
    owner = password(user)
    owner.post(CODE, {"code": make.code()})
    owner.post("/sign-out/")
    for _ in range(6):
        password(user).post(CODE, {"code": "000000"})

    clock.shift(30)
    password(user, owner).post(CODE, {"code": make.code()})

    assert is_signed_in(owner)


def test_the_way_to_the_code_is_five_minutes_long(user, clock):
    client = password(user)
    clock.shift(timedelta(minutes=5))

    response = client.post(CODE, {"code": make.code()})

    assert response.headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_who_is_changed_on_the_way_does_not_arrive(user, change):
    client = password(user)
    if change == "password":
        user.set_password("another-password-8")
    else:
        user.is_active = False
    user.save()

    client.post(CODE, {"code": make.code()})

    assert not is_signed_in(client)


def test_nobody_comes_to_the_code_without_a_password(user):
    client = Client()

    assert client.get(CODE).headers["Location"] == SIGN_IN
    client.post(CODE, {"code": make.code()})
    assert not is_signed_in(client)


def test_the_session_gets_a_new_key_at_both_steps(user):
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["haina-session"] = first = session.session_key

    second = password(user, client).session.session_key
    client.post(CODE, {"code": make.code()})

    assert len({first, second, client.session.session_key}) == 3


def test_ops_is_asked_as_well(ops):
    make.second_factor(ops)
    client = password(ops, next="/ops/")

    assert client.get("/ops/").status_code == 302
    client.post(CODE, {"code": make.code()})
    assert client.get("/ops/").status_code == 200


@pytest.fixture
def owner(user, sign_in):
    return sign_in(user)


@pytest.fixture
def plain(creator, sign_in):
    """Signed in, without a second factor."""
    return sign_in(creator)


def sealed_in(client) -> tuple[str, str]:
    """What the page carries, and the secret that it shows."""
    text = client.get(SET_UP).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]{32})<', text).group(1)
    return re.search(r'name="sealed" value="([^"]+)"', text).group(1), secret


def set_up(client, **more):
    sealed, secret = sealed_in(client)
    told = {"sealed": sealed, "new_code": make.code(secret)} | PROOF | more
    return client.post(SET_UP, told), secret


def test_setting_it_up_shows_ten_codes_once_and_asks_for_it_from_then_on(plain, creator):
    response, secret = set_up(plain)

    codes = RECOVERY.findall(response.content.decode())
    assert len(set(codes)) == 10
    assert SecondFactor.objects.get(user=creator.user).secret == secret
    assert plain.get("/fengniao/jobs/").status_code == 200
    assert not is_signed_in(password(creator.user))
    assert AuditEntry.objects.get(action="factor.set_up").account_id == creator.account_id


def test_the_first_code_is_used_up(plain, creator):
    _response, secret = set_up(plain)
    client = password(creator.user)

    client.post(CODE, {"code": make.code(secret)})

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"new_code": "000000"}, "与二维码不一致"),
        ({"password": "wrong"}, "密码不正确"),
        ({"password": ""}, "请再次输入您的登录密码"),
    ],
)
def test_nothing_is_set_up_without_the_first_code_and_the_password(plain, wrong, sentence):
    response, secret = set_up(plain, **wrong)

    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert secret in text  # the code that was scanned stays good
    assert not SecondFactor.objects.exists()


def test_the_secret_of_another_user_is_not_taken(plain, operator, sign_in):
    sealed, secret = sealed_in(sign_in(operator))

    told = {"sealed": sealed, "new_code": make.code(secret)} | PROOF
    assert plain.post(SET_UP, told).status_code == 422
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("sealed", ["", "x", "é", "AAAA", "A" * 400])
def test_a_secret_that_was_not_ours_is_replaced(plain, sealed):
    told = {"sealed": sealed, "new_code": make.code()} | PROOF

    assert plain.post(SET_UP, told).status_code == 422
    assert not SecondFactor.objects.exists()


def test_sessions_of_before_end(plain, creator, sign_in):
    elsewhere = sign_in(creator)

    set_up(plain)

    assert plain.get("/fengniao/jobs/").status_code == 200
    assert elsewhere.get("/fengniao/jobs/").status_code == 302
    assert not is_signed_in(elsewhere)


def test_another_phone_needs_the_code_of_the_first(owner, user, clock):
    refused, _secret = set_up(owner, code="000000")
    replaced, secret = set_up(owner, code=make.code())

    assert refused.status_code == 422
    assert replaced.status_code == 200
    assert SecondFactor.objects.get(user=user).secret == secret
    assert RecoveryCode.objects.count() == 10


def test_a_recovery_code_signs_in_once(user):
    SecondFactor.objects.all().delete()
    factor = make.second_factor(user)
    code = second_factor.new_codes(factor)[0]
    first, second = password(user), password(user)

    first.post(CODE, {"code": code})
    second.post(CODE, {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert factor.recovery_codes.count() == 9


def test_recovery_codes_are_nowhere_to_be_read(plain):
    response, _secret = set_up(plain)

    codes = [code.replace("-", "") for code in RECOVERY.findall(response.content.decode())]
    stored = {bytes(row.digest) for row in RecoveryCode.objects.all()}
    assert stored == {keyed_hash(code) for code in codes}
    page = plain.get("/sign-in/security/").content.decode()
    assert "10 个恢复码可用" in page
    assert not RECOVERY.search(page)


def test_the_secret_is_encrypted(user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        (stored,) = cursor.fetchone()
    assert make.SECRET.encode() not in bytes(stored)


def test_other_recovery_codes_void_the_first(owner, user):
    old = second_factor.new_codes(SecondFactor.objects.get(user=user))[0]

    response = owner.post(CODES, PROOF | {"code": make.code()})

    assert len(RECOVERY.findall(response.content.decode())) == 10
    assert not second_factor.uses_recovery(user, old.replace("-", ""))


@pytest.mark.parametrize("page", [CODES, SWITCH_OFF])
@pytest.mark.parametrize("wrong", [{"code": "000000"}, {"password": "wrong"}])
def test_they_ask_for_password_and_code_whatever_was_proven_before(owner, user, page, wrong):
    owner.post(CODES, PROOF | {"code": make.code()})  # a moment ago
    codes = list(RecoveryCode.objects.values_list("pk", flat=True))

    response = owner.post(page, PROOF | {"code": make.code(step=1)} | wrong)

    assert response.status_code == 422
    assert list(RecoveryCode.objects.values_list("pk", flat=True)) == codes


def test_switching_it_off(owner, user):
    response = owner.post(SWITCH_OFF, PROOF | {"code": make.code()}, follow=True)

    assert "已关闭两步验证" in response.content.decode()
    assert not SecondFactor.objects.exists()
    assert is_signed_in(password(user))
    assert AuditEntry.objects.filter(action="factor.switched_off").count() == 1
