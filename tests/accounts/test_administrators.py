import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, AuditEntry, ServiceAccount
from haina.accounts.permissions import Level, ResidentField, Section
from tests import make
from tests.together import together

Role = Administrator.Role


@pytest.fixture
def call(account):
    return {"by": Actor.command(account), "now": timezone.now()}


def add(account, role=Role.OPERATOR, user=None):
    call = {"by": Actor.command(account), "now": timezone.now()}
    return services.add_administrator(account, user or make.user(), role=role, **call)


def test_an_account_opens_with_its_creator(account, creator):
    assert creator.role == Role.CREATOR
    assert creator.account == account
    assert AuditEntry.objects.get(action="account.opened").account == account


def test_there_is_one_creator(account):
    with pytest.raises(services.AccountRefused):
        add(account, Role.CREATOR)
    with pytest.raises(IntegrityError, match="one_creator"), transaction.atomic():
        Administrator.objects.create(account=account, user=make.user(), role=Role.CREATOR)


def test_the_creator_cannot_be_deactivated(creator, call):
    with pytest.raises(services.AccountRefused):
        services.deactivate(creator, **call)
    with pytest.raises(IntegrityError, match="creator_is_active"), transaction.atomic():
        Administrator.objects.filter(pk=creator.pk).update(deactivated_at=timezone.now())


def test_there_are_20_system_administrators(account):
    seats = [add(account, Role.SYSTEM).seat for _ in range(20)]

    assert seats == list(range(1, 21))
    with pytest.raises(services.AccountRefused, match="20"):
        add(account, Role.SYSTEM)


@pytest.mark.parametrize("seat", [0, 21, None])
def test_the_database_knows_20_seats(account, seat):
    with pytest.raises(IntegrityError, match="20_seats"), transaction.atomic():
        Administrator.objects.create(account=account, user=make.user(), role=Role.SYSTEM, seat=seat)


def test_each_account_has_seats_of_its_own(account):
    add(account, Role.SYSTEM)

    assert add(make.account(), Role.SYSTEM).seat == 1


def test_a_deactivated_one_leaves_the_seat(account, call):
    administrators = [add(account, Role.SYSTEM) for _ in range(20)]

    services.deactivate(administrators[6], **call)

    assert add(account, Role.SYSTEM).seat == 7


@pytest.mark.django_db(transaction=True)
def test_one_seat_is_given_once_when_eight_ask_at_once():
    account = make.account()
    for _ in range(19):
        add(account, Role.SYSTEM)

    def one(user):
        try:
            return add(account, Role.SYSTEM, user).seat
        except services.AccountRefused:
            return None

    seats = together(one, [make.user() for _ in range(8)])

    assert [seat for seat in seats if seat] == [20]


def test_a_user_has_one_place_in_an_account(account, operator):
    with pytest.raises(services.AccountRefused):
        add(account, user=operator.user)


def test_a_deactivated_place_comes_back_without_its_rights(account, operator, call):
    services.deactivate(operator, **call)

    again = add(account, user=operator.user)

    assert again.pk == operator.pk
    assert again.deactivated_at is None
    assert not again.grants.exists()


def test_ops_has_no_place_in_an_account(account, ops, call):
    with pytest.raises(services.AccountRefused):
        add(account, user=ops)
    with pytest.raises(services.AccountRefused):
        services.open_account(slug="new", name="new", creator=ops, **call)
    assert not ServiceAccount.objects.filter(slug="new").exists()


def test_rights_are_replaced_as_a_whole(operator, call):
    sections = {Section.STAFF: Level.VIEW}
    services.set_rights(operator, sections=sections, fields={}, **call)

    assert list(operator.grants.values_list("section", "field", "level")) == [("staff", "", 1)]
    entry = AuditEntry.objects.filter(action="administrator.rights_set").latest("pk")
    assert entry.fields == ["staff"]


@pytest.mark.parametrize("role", [Role.CREATOR, Role.SYSTEM])
def test_who_has_everything_has_no_single_rights(account, creator, call, role):
    administrator = creator if role == Role.CREATOR else add(account, role)

    with pytest.raises(services.AccountRefused):
        services.set_rights(administrator, sections={}, fields={}, **call)


def test_a_grant_is_of_one_section_or_one_field(operator):
    wrong = {"section": Section.STAFF, "field": ResidentField.NAME, "level": Level.VIEW}

    for grant in (wrong, wrong | {"section": "", "field": ""}, {"section": "staff", "level": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            operator.grants.create(**grant)


def test_handing_over_swaps_creator_and_heir(account, creator, operator, call):
    services.hand_over(account, to=operator, **call)

    roles = dict(account.administrators.values_list("pk", "role"))
    assert roles == {creator.pk: Role.SYSTEM, operator.pk: Role.CREATOR}
    assert AuditEntry.objects.get(action="account.handed_over").ids == [creator.pk, operator.pk]


def test_handing_over_frees_the_seat_of_the_heir(account, creator, call):
    heir = [add(account, Role.SYSTEM) for _ in range(20)][3]

    services.hand_over(account, to=heir, **call)

    creator.refresh_from_db()
    assert (creator.role, creator.seat) == (Role.SYSTEM, 4)


def test_handing_over_needs_a_free_seat(account, creator, operator, call):
    for _ in range(20):
        add(account, Role.SYSTEM)

    with pytest.raises(services.AccountRefused, match="20"):
        services.hand_over(account, to=operator, **call)

    creator.refresh_from_db()
    assert creator.role == Role.CREATOR


def test_only_an_active_administrator_of_the_account_inherits(account, creator, operator, call):
    services.deactivate(operator, **call)

    for heir in (operator, creator, make.creator_of(make.account())):
        with pytest.raises(services.AccountRefused):
            services.hand_over(account, to=heir, **call)


@pytest.mark.django_db(transaction=True)
def test_two_heirs_at_once_leave_one_creator():
    account = make.account()
    heirs = [make.operator(account) for _ in range(4)]

    together(
        lambda heir: services.hand_over(
            account, to=heir, by=Actor.command(account), now=timezone.now()
        ),
        heirs,
    )

    assert account.administrators.filter(role=Role.CREATOR).count() == 1
    assert account.administrators.filter(role=Role.SYSTEM).count() == 4


@pytest.mark.parametrize("slug", ["ops", "sign-in", "m", "healthz"])
def test_our_own_paths_are_no_slugs(db, slug):
    with pytest.raises(IntegrityError, match="not_reserved"), transaction.atomic():
        make.account(slug)
