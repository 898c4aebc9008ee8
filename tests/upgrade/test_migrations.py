"""Migrations add. A release that is still running meets the tables of the next one, and may be put
back after it: nothing that it reads or writes goes away, or gets narrower, under it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

from tests.architecture.sources import PACKAGES

# What was looked at, and why it may be.
EXCEPTIONS = {
    "accounts.0003 RunSQL": "creates the triggers of the trail, on a table that only grew before",
    "residents.0007 RunSQL": "a foreign key of a table that is made in the same migration",
    "residents.0008 RunSQL": "foreign keys of tables that are made in the same migration",
    "residents.0009 RunSQL": "the foreign key of a column that is new and empty",
    "residents.0011 RunSQL": "ON DELETE of a foreign key; rows stay as they are",
    "wechat.0004 RunSQL": "ways to an openid last ten minutes: whoever is under way begins anew",
    "wechat.0004 RemoveField oauthstate.path": "the same, and it is added again at once, sealed",
}
# Made before there was a release that could have been running: what comes after them is written so
# that the former release can go on meanwhile.
NOBODY_RAN = {
    "accounts": 8,
    "communities": 2,
    "followers": 4,
    "health": 1,
    "jobs": 5,
    "lib": 1,
    "reminders": 2,
    "residents": 13,
    "sms": 3,
    "staff": 4,
    "wechat": 6,
}
LARGE = {"buildingnode", "resident", "residentevent", "follower", "auditentry"}
GONE = (
    *(operations.RemoveField, operations.RenameField, operations.DeleteModel),
    *(operations.RenameModel, operations.AlterModelTable, operations.RunSQL, operations.RunPython),
)


def steps() -> Iterator[tuple]:
    """Every operation of our migrations after the first of each app, with the tables before it."""
    loader, state, seen = MigrationLoader(None), ProjectState(), set()
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key in seen:
                continue
            seen.add(key)
            for operation in loader.graph.nodes[key].operations:
                if is_ours(*key):
                    yield *key, operation, state
                operation.state_forwards(key[0], state)


def is_ours(app: str, name: str) -> bool:
    package = apps.get_app_config(app).name.partition(".")[0]
    return package in PACKAGES and not name.startswith("0001")


def told(app: str, name: str, operation) -> str:
    column = getattr(operation, "name", "")
    of = f" {operation.model_name}.{column}" if hasattr(operation, "model_name") else ""
    return f"{app}.{name[:4]} {type(operation).__name__}{of}"


def takes_away(app: str, operation, before: ProjectState) -> bool:
    if isinstance(operation, operations.AlterField):
        old = before.models[app, operation.model_name_lower].fields[operation.name]
        return is_narrower(old, operation.field)
    return isinstance(operation, GONE)


def is_narrower(old: models.Field, new: models.Field) -> bool:
    """Is there a value that the former release may write, and the new column refuses?"""
    if (old.null and not new.null) or (new.unique and not old.unique):
        return True
    if old.is_relation or new.is_relation:
        return old.is_relation != new.is_relation
    both = isinstance(old, models.CharField) and isinstance(new, models.CharField)
    if both and new.max_length >= old.max_length:
        return False
    return old.db_type(connection) != new.db_type(connection)


def stops_the_former_release(operation, new_models: set[str]) -> bool:
    """It inserts rows without the new column, and goes on writing while an index is built."""
    if isinstance(operation, operations.AddField):
        field = operation.field
        given = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        return not given and operation.model_name_lower not in new_models
    if isinstance(operation, operations.AddIndex):
        return type(operation) is operations.AddIndex and operation.model_name.lower() in LARGE
    return False


def test_nothing_is_taken_away_unless_somebody_looked_at_it():
    found = {
        told(app, name, operation)
        for app, name, operation, before in steps()
        if takes_away(app, operation, before)
    }

    assert found == set(EXCEPTIONS)


def test_the_former_release_can_go_on():
    found, new_models = [], set()
    for app, name, operation, _before in steps():
        if isinstance(operation, operations.CreateModel):
            new_models.add(operation.name_lower)
        is_new = int(name[:4]) > NOBODY_RAN.get(app, 0)
        if is_new and stops_the_former_release(operation, new_models):
            found.append(told(app, name, operation))

    assert found == []


@pytest.mark.parametrize(
    ("old", "new", "narrower"),
    [
        (models.CharField(max_length=5), models.CharField(max_length=6), False),
        (models.CharField(max_length=6), models.CharField(max_length=5), True),
        (models.IntegerField(), models.IntegerField(null=True), False),
        (models.IntegerField(null=True), models.IntegerField(), True),
        (models.IntegerField(), models.IntegerField(unique=True), True),
        (models.IntegerField(), models.TextField(), True),
        (models.IntegerField(), models.ForeignKey("x", models.CASCADE), True),
    ],
)
def test_what_is_narrower(old, new, narrower):
    assert is_narrower(old, new) == narrower


@pytest.mark.parametrize(
    ("operation", "stops"),
    [
        (operations.AddField("resident", "x", models.IntegerField(default=1)), True),
        (operations.AddField("resident", "x", models.IntegerField(null=True)), False),
        (operations.AddField("resident", "x", models.IntegerField(db_default=1)), False),
        (operations.AddField("fresh", "x", models.IntegerField(default=1)), False),
        (operations.AddIndex("resident", models.Index(fields=["x"], name="x")), True),
        (operations.AddIndex("job", models.Index(fields=["x"], name="x")), False),
    ],
)
def test_what_stops_the_former_release(operation, stops):
    assert stops_the_former_release(operation, {"fresh"}) == stops
