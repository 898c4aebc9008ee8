"""The first release, and an installation as it left one: written with the models of then."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from haina.lib.encryption import keyed_hash
from haina.lib.natural import natural_key
from tests.make import PASSWORD

OURS = ("accounts", "communities", "jobs", "lib", "residents")
OTHERS = {"sessions", "pghistory"}  # and what they need; these were then as they are now
FIELDS = ("name", "gender", "identity", "phone", "id_number", "address")
LEVELS = ["栋", "单元", "房间号"]
NODES = [  # name, address, lft, rght, level, parent
    ("腾讯小区", "", 1, 12, 0, None),
    ("A", "A", 2, 9, 1, 0),
    ("1", "A 1", 3, 8, 2, 1),
    ("101", "A 1 101", 4, 5, 3, 2),
    ("102", "A 1 102", 6, 7, 3, 2),
    ("B", "B", 10, 11, 1, 0),
]
ID_NUMBER = "440304198511080000"


def make_tables():
    """Those of the first release, in an empty database; the models of then."""
    executor = MigrationExecutor(connection)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in OTHERS]
    of_then = [*others, *((app, "0001_initial") for app in OURS)]
    executor.migrate(of_then)
    return executor.loader.project_state(of_then).apps


def fill(then) -> None:
    """An account at work: people, rights, a tree, residents and their history, jobs, the trail."""
    creator, operator = administrators(then)
    community = make_community(then, creator.account)
    operator.communities.add(community)
    rooms = plant(then, community)
    settle(then, community, rooms)
    now, entry = timezone.now(), then.get_model("accounts.AuditEntry")
    entry.objects.create(
        account=creator.account,
        user=creator.user,
        actor="马经理",
        action="resident.added",
        model="residents.resident",
        ids=[1],
        count=1,
        at=now,
    )
    keep_jobs(then, creator, now)


def administrators(then) -> list:
    account = then.get_model("accounts.ServiceAccount").objects.create(
        slug="fengniao", name="蜂鸟小区A"
    )
    made = []
    for name, phone, role in (
        ("马经理", "+8618124768126", "creator"),
        ("小何", "+8618124768127", "operator"),
    ):
        user = then.get_model("accounts.User").objects.create(
            username=phone,
            phone=phone,
            name=name,
            password=make_password(PASSWORD, hasher="argon2"),
        )
        place = then.get_model("accounts.Administrator")
        made.append(place.objects.create(account=account, user=user, role=role))
    grant = then.get_model("accounts.Grant")
    grant.objects.create(administrator=made[1], section="residents", level=2)
    for field in FIELDS:
        grant.objects.create(administrator=made[1], field=field, level=2)
    return made


def make_community(then, account):
    name = NODES[0][0]
    return then.get_model("communities.Community").objects.create(
        account=account, name=name, name_key=natural_key(name), levels=LEVELS, public_id="p" * 32
    )


def plant(then, community) -> list:
    """Its tree; the nodes, in the order of NODES."""
    model, made = then.get_model("communities.BuildingNode"), []
    for name, address, lft, rght, level, parent in NODES:
        made.append(
            model.objects.create(
                community=community,
                tree_id=community.pk,
                parent=None if parent is None else made[parent],
                name=name,
                sort_key=natural_key(name),
                address=address,
                lft=lft,
                rght=rght,
                level=level,
            )
        )
    return made


def settle(then, community, nodes) -> None:
    model = then.get_model("residents.Resident")
    for name, room, identity, lease_end in (
        ("张三", nodes[3], "owner", None),
        ("李四", nodes[3], "family", None),
        ("刘六", nodes[4], "term_tenant", "2031-12-31"),
    ):
        phone = f"+8613800138{len(name)}{room.pk % 10}{ord(identity[0]) % 10}"
        model.objects.create(
            community=community,
            room=room,
            name=name,
            name_key=natural_key(name),
            gender="male",
            identity=identity,
            lease_ends_on=lease_end,
            phone=phone,
            phone_last4=phone[-4:],
            id_number=ID_NUMBER,
            id_number_hash=keyed_hash(ID_NUMBER),
        )
    model.objects.filter(name="张三").update(name="张三三", name_key=natural_key("张三三"))


def keep_jobs(then, creator, now) -> None:
    stored = then.get_model("jobs.StoredFile").objects.create(
        account=creator.account,
        name="住户.xlsx",
        file="1/abc",
        expires_at=now + timedelta(hours=24),
    )
    job = then.get_model("jobs.Job").objects.create
    made = {"account": creator.account, "asked_by": creator, "kind": "residents.import"}
    job(**made, key="done", state="done", upload=stored, ended_at=now, result={"created": 3})
    job(**made, key="waiting", state="waiting", payload={"community": 1})
