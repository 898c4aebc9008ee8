import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haina.jobs import queue
from residents.models import Import
from tests import make
from tests.residents.canaries import ADDRESS, VALUES
from tests.residents.imports.workbooks import FOUR, book


@pytest.fixture
def four(community):
    """张三 李四 王五 刘六, as the guide's workbook has them, in its order."""
    rows = [
        ("张三", "male", "owner", "18913112121", "A 1 101", None),
        ("李四", "female", "family", "13625895630", "A 1 102", None),
        ("王五", "male", "tenant", "13625895631", "B 1 101", None),
        ("刘六", "male", "term_tenant", "18124768126", "B 1 102", "2018-12-31"),
    ]
    return {
        name: make.resident(
            community,
            address,
            name=name,
            gender=gender,
            identity=identity,
            phone=phone,
            lease_ends_on=ends,
        )
        for name, gender, identity, phone, address, ends in rows
    }


@pytest.fixture
def canary(community):
    return make.resident(community, ADDRESS, **VALUES)


@pytest.fixture
def url(account):
    """The address of one of the section's screens."""

    def address_of(name: str, *args, **query) -> str:
        return reverse(f"residents:{name}", args=[account.slug, *args], query=query or None)

    return address_of


@pytest.fixture
def post(community, url, tmp_path):
    """Send the form of the dialog with a workbook of these rows."""

    def send(client, *rows, once="once", headers=None, content=None, **kinds):
        path = book(tmp_path / "住户.xlsx", rows or FOUR, **kinds)
        file = SimpleUploadedFile("腾讯小区住户信息.xlsx", content or path.read_bytes())
        told = {"community": community.pk, "once": once, "file": file}
        return client.post(url("import"), told, headers=headers)

    return send


@pytest.fixture
def imported(post, url, transactional_db):
    """Upload, run the job, and look at the page that shows it. The heartbeat of a job sees only
    what is committed."""

    def go(client, *rows, **kinds):
        post(client, *rows, **kinds)
        imported = Import.objects.latest("pk")
        queue.run(imported.job_id)
        return client.get(url("import_show", imported.pk))

    return go
