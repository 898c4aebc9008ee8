"""Rotating the keys beside a console that goes on, with kill -9, and with rows nobody can read."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.lib.encryption import encrypt
from haina.lib.rotation import encrypted_columns
from residents import services
from residents.models import Import, Resident
from tests import make
from tests.jobs.processes import ROOT, environment
from tests.together import together, until_somebody_waits

ID_NUMBER = "440304198511080000"
PAGE = "/fengniao/residents/"


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@pytest.fixture
def keys(settings):
    """The old key, and a new one that is put in front by and by."""
    settings.ENCRYPTION_KEYS = [new_key()]
    return settings.ENCRYPTION_KEYS[0], new_key()


@pytest.fixture
def residents(keys, community):
    made = [make.resident(community, id_number=f"{ID_NUMBER}{n}") for n in range(6)]
    Import.objects.create(community=community, actor="x", file_name="x", preview="张三")
    return made


def rotate(*arguments) -> dict:
    told = StringIO()
    call_command("rotate_keys", "--json", *arguments, stdout=told)
    return json.loads(told.getvalue())


def history() -> list[dict]:
    events = Resident.objects.model.pgh_event_model.objects.order_by("pgh_id")
    return list(events.values())


def test_every_encrypted_column_is_found():
    found = {(column.table, column.name) for column in encrypted_columns()}

    assert {
        ("residents_resident", "id_number"),
        ("residents_residentevent", "id_number"),
        ("residents_removedresident", "id_number"),
        ("residents_import", "preview"),
    } <= found


def test_afterwards_the_old_key_is_not_needed(settings, keys, residents):
    old, new = keys
    before, events = list(Resident.objects.order_by("pk").values()), history()
    settings.ENCRYPTION_KEYS = [new, old]

    answer = rotate("--batch", "4")
    settings.ENCRYPTION_KEYS = [new]

    assert (answer["done"], answer["left"], answer["keys"]) == (13, 0, {"1": 13})
    assert list(Resident.objects.order_by("pk").values()) == before  # and no updated_at has moved
    assert history() == events
    assert Import.objects.get().preview == "张三"


def test_a_second_time_there_is_nothing_to_do(settings, keys, residents):
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]

    assert [rotate()["done"], rotate()["done"]] == [13, 0]


def test_check_only_counts(settings, keys, residents):
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]

    assert rotate("--check") == rotate("--check")
    assert rotate("--check")["keys"] == {"2": 13}
    assert (rotate("--check")["done"], rotate("--check")["left"]) == (0, 13)


def test_what_nobody_can_read_is_named_and_the_rest_is_done(settings, keys, residents):
    old, new = keys
    lost, kept = residents[0], residents[1]
    settings.ENCRYPTION_KEYS = [new_key()]
    with connection.cursor() as cursor:
        query = "UPDATE residents_resident SET id_number = %s WHERE id = %s"
        cursor.execute(query, [encrypt(ID_NUMBER), lost.pk])
    settings.ENCRYPTION_KEYS = [new, old]

    with pytest.raises(CommandError, match=f"2 values .*residents_resident {lost.pk}, ") as refused:
        call_command("rotate_keys")

    assert refused.value.returncode == 1
    assert refused.value.details["keys"] == {"1": 12, "unknown": 2}  # the row and its history
    settings.ENCRYPTION_KEYS = [new]
    assert Resident.objects.get(pk=kept.pk).id_number == f"{ID_NUMBER}1"


@pytest.mark.django_db(transaction=True)
def test_killed_between_two_batches_it_is_started_again(settings, keys, residents):
    old, new = keys
    ring = {"HAINA_ENCRYPTION_KEYS": f"{new},{old}"}
    command = [sys.executable, "manage.py", "rotate_keys", "--json", "--batch", "2"]

    for killed in (True, True, False):
        dies = {"HAINA_KILL_AT": "rotate.batch" if killed else ""}
        ended = subprocess.run(
            command, cwd=ROOT, env=environment(**ring, **dies), capture_output=True, text=True
        )
        assert ended.returncode == (-signal.SIGKILL if killed else 0), ended.stderr

    answer = json.loads(ended.stdout)
    # The first that was killed did the one import, the second two residents.
    assert (answer["done"], answer["left"]) == (10, 0)
    settings.ENCRYPTION_KEYS = [new]
    assert {r.id_number for r in Resident.objects.all()} == {f"{ID_NUMBER}{n}" for n in range(6)}


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_lost(settings, keys, residents):
    """Somebody has changed a row and not yet committed when its turn comes."""
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    told = "330102199001011234"
    changed, held = residents[2], threading.Event()

    def one(what):
        if what == "rotate":
            held.wait(timeout=30)
            return rotate("--batch", "1")["left"]
        with transaction.atomic():
            row = Resident.objects.select_for_update().get(pk=changed.pk)
            held.set()
            call = {"by": Actor.command(changed.community.account), "now": timezone.now()}
            services.correct(row, id_number=told, **call)
            until_somebody_waits()  # the rotation, at this row
        return None

    together(one, ["write", "rotate"])

    assert Resident.objects.get(pk=changed.pk).id_number == told
    assert rotate("--check")["keys"].keys() == {"1"}


def test_a_batch_has_a_row(db):
    with pytest.raises(CommandError, match="--batch"):
        call_command("rotate_keys", "--batch", "0")
