"""What a back-up holds and what it leaves behind, whole or killed."""

import signal
import stat
from pathlib import Path

import psycopg
import pytest
from django.core.files.storage import default_storage

from haina.backup.manifest import read_manifest
from haina.backup.sealing import raw_key
from haina.jobs.models import StoredFile
from tests import make
from tests.backup.conftest import KEY, elsewhere, manage

NAME, PHONE, CONTENT = "欧阳海纳", "13912345678", b"what somebody uploaded"


@pytest.fixture
def filled(transactional_db):
    """A resident, somebody signed in, and an upload."""
    account = make.account("fengniao")
    make.resident(make.community(account), name=NAME, phone=PHONE, id_number="440304198511080000")
    make.stored_file(account, CONTENT)
    return account


@pytest.fixture
def backed_up(answered, tmp_path, settings):
    def to(name: str, key: str = "") -> Path:
        settings.BACKUP_KEY = key
        answer, status = answered("backup", tmp_path / "to" / name)
        assert status == 0, answer
        return Path(answer["folder"])

    return to


@pytest.fixture
def restored(answered, empty, settings, tmp_path):
    """The answer of restore on another host, with no files yet."""

    def from_folder(folder, *options) -> dict:
        files = settings.STORAGES["default"]["OPTIONS"] | {"location": tmp_path / "there"}
        settings.STORAGES |= {"default": settings.STORAGES["default"] | {"OPTIONS": files}}
        with elsewhere(empty):
            answer, status = answered("restore", folder, *options)
        assert status == 0, answer
        return answer

    return from_folder


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def modes(paths) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in paths}


def test_all_of_it_is_for_its_owner_only(filled, backed_up):
    folder = backed_up("new/folders")

    below = list(folder.rglob("*"))
    assert modes(path for path in below if path.is_file()) == {0o600}
    folders = [folder.parents[1], folder.parent, folder, *(path for path in below if path.is_dir())]
    assert modes(folders) == {0o700}


def test_under_a_key_it_tells_nothing(filled, backed_up):
    in_the_open, sealed = contents(backed_up("open")), contents(backed_up("sealed", KEY))

    for told in (CONTENT, b"PGDMP"):
        assert told in in_the_open
        assert told not in sealed


def test_the_manifest_names_keys_without_telling_them(filled, backed_up, settings):
    folder = backed_up("sealed", KEY)

    assert len(read_manifest(folder, raw_key(KEY)).encryption_keys) == 1
    content = contents(folder)
    for secret in (KEY, *settings.ENCRYPTION_KEYS, settings.HASH_KEY, NAME, PHONE):
        assert secret.encode() not in content


def test_who_is_signed_in_is_in_no_back_up(filled, sign_in, backed_up, restored, empty):
    sign_in(make.creator_of(filled))

    restored(backed_up("open"))

    with psycopg.connect(empty) as connection:
        count = "SELECT count(*) FROM"
        assert connection.execute(f"{count} django_session").fetchone() == (0,)
        assert connection.execute(f"{count} residents_resident").fetchone() == (1,)


def test_files_come_back_and_those_that_are_over_are_told(filled, answered, restored, tmp_path):
    over = make.stored_file(filled)
    default_storage.delete(over.file.name)

    made, _status = answered("backup", tmp_path / "to")
    restored(made["folder"])

    name = StoredFile.objects.exclude(pk=over.pk).get().file.name
    assert (made["files"], made["vanished"]) == (1, 1)
    assert (tmp_path / "there" / name).read_bytes() == CONTENT


def test_the_key_may_be_in_a_file(filled, answered, restored, tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n")
    key = ("--key-file", tmp_path / "key")

    made, _status = answered("backup", tmp_path / "to", *key)
    answer = restored(made["folder"], *key)

    assert made["sealed_under"]
    assert (answer["rows"], answer["pending_migrations"]) == (made["rows"], [])


@pytest.mark.parametrize("content", ["", "short", "x" * 44, "é"])
def test_a_file_without_a_key_is_refused(db, answered, tmp_path, content):
    (tmp_path / "key").write_text(content, encoding="latin-1")

    answer, status = answered("backup", tmp_path / "to", "--key-file", tmp_path / "key")

    assert str(tmp_path / "key") in answer["error"]
    assert status == 1
    assert not (tmp_path / "to").exists()


def test_a_folder_that_cannot_be_written_is_named(db, answered, tmp_path):
    (tmp_path / "to").write_text("a file")

    answer, status = answered("backup", tmp_path / "to")

    assert (answer["error"], status) == (f"cannot write to {tmp_path / 'to'}: File exists", 1)


def test_killed_it_leaves_none_that_looks_whole(filled, tmp_path):
    _nothing, status = manage("backup", tmp_path / "to", HAINA_KILL_AT="backup.copied")

    (left,) = (tmp_path / "to").iterdir()
    assert status == -signal.SIGKILL
    assert left.name.startswith(".haina-")
    assert not (left / "manifest.json").exists()


def test_a_restoration_that_was_killed_can_be_done_again(filled, backed_up, empty, tmp_path):
    folder = backed_up("open")
    there = {"DATABASE_URL": empty, "HAINA_VAR": str(tmp_path / "var")}

    killed = manage("restore", folder, HAINA_KILL_AT="restore.files", **there)
    answer, status = manage("restore", folder, **there)

    assert killed == ({}, -signal.SIGKILL)
    assert (answer["files"], status) == (1, 0)
    name = StoredFile.objects.get().file.name
    left = [path for path in (tmp_path / "var" / "files").rglob("*") if path.is_file()]
    assert left == [tmp_path / "var" / "files" / name]
