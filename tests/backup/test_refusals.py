"""What restore does not take, each told in a sentence, and nothing done."""

import base64
import hashlib
import json
import os
import shutil

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from haina.lib.commands import Refused
from tests.backup.conftest import KEY, backed_up, elsewhere, empty_database

pytestmark = pytest.mark.django_db

CUT = 200  # bytes, and the tables have been made before
OTHER_KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()


@pytest.fixture(scope="module")
def originals(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two back-ups of a database without rows: one in the open, one under a key."""
    with django_db_blocker.unblock():
        folder = tmp_path_factory.mktemp("backups")
        yield {
            "open": backed_up(folder / "open", HAINA_BACKUP_KEY=""),
            "sealed": backed_up(folder / "sealed", HAINA_BACKUP_KEY=KEY),
        }


@pytest.fixture(scope="module")
def target(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), empty_database("empty") as address:
        yield address


@pytest.fixture
def copy(originals, tmp_path):
    """A back-up to be damaged."""
    return lambda kind: shutil.copytree(originals[kind], tmp_path / kind)


@pytest.fixture
def refusal(target, settings):
    """Why restoring into the empty database is refused; nothing may be in it afterwards."""

    def of(folder, key="") -> str:
        settings.BACKUP_KEY = key
        with elsewhere(target):
            with pytest.raises(Refused) as told:
                call_command("restore", str(folder))
            assert connection.introspection.table_names() == []
        assert not (settings.HAINA_VAR / "files").exists()
        assert told.value.returncode == 1
        return str(told.value)

    return of


def flip(path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def cut(path, *_) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def rewrite(folder, **facts) -> None:
    """Another manifest, and the check that goes with it: anybody can do that without a key."""
    told = json.loads((folder / "manifest.json").read_bytes()) | facts
    content = json.dumps(told).encode()
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.check").write_text(hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("kind", ["open", "sealed"])
@pytest.mark.parametrize("name", ["database.dump", "manifest.json", "manifest.check"])
@pytest.mark.parametrize("damage", [flip, cut])
def test_what_was_changed_or_cut_is_refused(refusal, copy, kind, name, damage):
    folder = copy(kind)

    damage(folder / name, (folder / name).stat().st_size // 2)

    told = refusal(folder, KEY if kind == "sealed" else "")
    assert told.startswith("database.dump" if name == "database.dump" else "manifest.json")
    assert "changed or cut" in told


@pytest.mark.parametrize("name", ["database.dump", "manifest.json", "manifest.check"])
def test_what_has_a_file_missing_is_refused(refusal, copy, name):
    folder = copy("open")

    (folder / name).unlink()

    told = refusal(folder)
    assert "database.dump is missing" in told or "is no whole back-up" in told


def test_another_manifest_is_refused(refusal, copy, originals, tmp_path):
    folder, other = copy("sealed"), originals["open"]
    for name in ("manifest.json", "manifest.check"):
        shutil.copy(other / name, folder / name)

    assert refusal(folder, "").startswith("database.dump was changed")
    assert refusal(folder, KEY).startswith("This back-up is not encrypted")


def test_a_manifest_without_the_key_is_no_signature(refusal, copy):
    folder = copy("sealed")

    rewrite(folder, made_at="2020-01-01T00:00:00+00:00")

    assert refusal(folder, KEY).startswith("manifest.json was changed")


def test_a_part_outside_of_the_folder_is_refused(refusal, copy):
    folder = copy("open")

    rewrite(folder, parts=[{"name": "files/../../x", "size": 1, "sha256": "0"}])

    assert refusal(folder).startswith("manifest.json was changed")


def test_a_dump_that_ends_within_its_rows_leaves_none_of_them(refusal, copy):
    """The manifest says that it is whole: only PostgreSQL finds that it is not."""
    folder = copy("open")
    cut = (folder / "database.dump").read_bytes()[:-CUT]
    (folder / "database.dump").write_bytes(cut)

    digest = hashlib.sha256(cut).hexdigest()
    rewrite(folder, parts=[{"name": "database.dump", "size": len(cut), "sha256": digest}])

    assert refusal(folder).startswith("pg_restore: ")


def test_what_is_not_ours_is_refused(refusal, tmp_path):
    (tmp_path / "manifest.json").write_text('["backup"]')
    (tmp_path / "manifest.check").write_text("x")

    assert "is not Haina's" in refusal(tmp_path)


@pytest.mark.parametrize("given", ["", OTHER_KEY], ids=["none", "another"])
def test_without_its_key_it_is_refused(refusal, originals, given):
    assert refusal(originals["sealed"], given).startswith("This back-up is encrypted under the key")


def test_the_ring_has_to_hold_the_keys_of_what_is_in_it(refusal, copy):
    folder = copy("open")

    rewrite(folder, encryption_keys=["00c0ffee"])

    assert refusal(folder).startswith("HAINA_ENCRYPTION_KEYS lacks 00c0ffee")


def test_another_hash_key_is_refused(refusal, originals, settings):
    settings.HASH_KEY = "x" * 32

    assert refusal(originals["open"]).startswith("HAINA_HASH_KEY is not that of this back-up")


def test_one_of_a_newer_release_is_refused(refusal, copy):
    folder = copy("open")

    rewrite(folder, release="9.0", migrations=["residents.9999_future"])

    assert "release 9.0, which is newer" in refusal(folder)


def test_one_of_a_newer_server_is_refused(refusal, copy):
    folder = copy("open")

    rewrite(folder, server=99)

    assert refusal(folder).startswith("It was made with PostgreSQL 99")


def test_who_is_connected_has_to_go_first(refusal, originals, target):
    with psycopg.connect(target):
        told = refusal(originals["open"])

    assert told.startswith("1 others are connected")


def test_a_program_that_is_too_old_is_named(refusal, copy):
    folder = copy("open")

    rewrite(folder, program=99)

    assert refusal(folder).startswith("pg_restore of PostgreSQL 99 or newer is needed; found: ")


def test_rows_that_differ_are_told(copy):
    folder = copy("open")
    figures = json.loads((folder / "manifest.json").read_bytes())["tables"]
    rewrite(folder, tables=figures | {"jobs_job": {"rows": 1, "digest": "0"}})

    with (
        empty_database("differs") as address,
        elsewhere(address),
        pytest.raises(Refused) as told,
    ):
        call_command("restore", str(folder))

    assert told.value.details == {"differing": ["jobs_job"]}


def test_a_used_database_is_refused(originals):
    with pytest.raises(Refused, match=r"The database has \d+ tables. Make an empty one"):
        call_command("restore", str(originals["open"]))
