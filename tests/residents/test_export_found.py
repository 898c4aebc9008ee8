"""导出住户信息 of what the list is narrowed to."""

import json

import pytest
from lxml import html
from openpyxl import load_workbook

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.jobs import queue
from haina.jobs.models import Job
from haina.lib.sealed import seal
from tests import make
from tests.residents.test_exports import told


def export(client, address, community, **more):
    """Fill in the dialog at an address of it, and do the job."""
    response = client.post(address, told(community, part="found") | more)
    assert response.status_code == 302
    return done(Job.objects.latest("pk"))


def done(job):
    queue.run(job.pk)
    job.refresh_from_db()
    return job


def names_in(job) -> list[str]:
    with job.output.file.open() as file:
        return [row[0] for row in load_workbook(file).worksheets[0].values][2:]


@pytest.fixture
def searched(url):
    """The dialog over the list that a search leads to."""

    def open_dialog(client, **asked) -> str:
        address = client.post(url("search"), asked).url
        page = html.fromstring(client.get(address).content)
        return page.xpath("//a[normalize-space()='导出住户信息']/@href")[0]

    return open_dialog


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"gender": "male"}, ["张三", "王五", "刘六"]),
        ({"q": "2121"}, ["张三"]),
        ({"q": "李四"}, ["李四"]),
        ({"identity": "owner", "q": "5630"}, []),
    ],
)
def test_what_the_list_finds_is_exported(
    sign_in, operator, community, four, searched, asked, found
):
    client = sign_in(operator)

    job = export(client, searched(client, **asked), community)

    assert (job.state, job.result) == ("done", {"rows": len(found)})
    assert names_in(job) == found
    assert AuditEntry.objects.get(action="resident.export_asked").reason == "消防检查"


def test_inside_a_node_and_by_levels(sign_in, operator, community, four, url):
    client, block = sign_in(operator), four["王五"].room.parent.parent
    address = url("export", community=community.pk, node=block.pk, gender="male")

    assert names_in(export(client, address, community)) == ["王五", "刘六"]
    levels = export(client, address, community, part="levels", at_0="A", once="2")
    assert names_in(levels) == ["张三", "李四"]


def test_the_dialog_offers_it_only_over_a_narrowed_list(sign_in, operator, four, url):
    client = sign_in(operator)

    assert "导出当前筛选结果" in client.get(url("export", gender="male")).content.decode()
    for query in ({}, {"lease": "range", "lease_from": "x"}):
        assert "导出当前筛选结果" not in client.get(url("export", **query)).content.decode()


def test_password_and_reason_are_asked_for(sign_in, operator, community, four, url):
    bare = told(community, part="found") | {"password": "", "reason": ""}

    response = sign_in(operator).post(url("export", gender="male"), bare)

    assert response.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize("asked", ["18913112121", "2121"])
def test_the_job_holds_nothing_that_was_searched(sign_in, operator, community, four, url, asked):
    """Also of an address that was typed by hand, in which it is not sealed."""
    job = export(sign_in(operator), url("export", q=asked), community)

    row = json.dumps([job.payload["node"], job.result, job.message, job.phase])
    assert job.payload.keys() == {"node", "sealed"}
    assert asked not in job.payload["sealed"] + row
    assert names_in(job) == ["张三"]


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ("gender", "gender=female"),
        ("identity", "identity=family"),
        ("identity", "lease=over"),
        ("name", "q=李四"),
        ("phone", "q=5630"),
    ],
)
def test_what_is_hidden_narrows_no_export(account, community, four, url, sign_in, field, state):
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.VIEW}, fields={field: Level.NONE}
    )
    payload = {"node": four["李四"].room.get_root().pk, "sealed": seal(state)}

    job = done(make.job(clerk, "residents.export", payload=payload))

    assert job.result["rows"] == (0 if state.startswith("q") else 4)
    dialog = sign_in(clerk).get(f"{url('export')}?{state}").content.decode()
    assert ("导出当前筛选结果" in dialog) == state.startswith("q")


def test_a_filter_that_no_longer_holds_exports_nobody(operator, four):
    root = four["李四"].room.get_root().pk
    for sealed in ("forged", seal("import=999999"), seal("node=999999&gender=male")):
        payload = {"node": root, "sealed": sealed}

        job = done(make.job(operator, "residents.export", payload=payload))

        assert job.output is None
        assert "筛选条件已失效" in job.message


@pytest.mark.parametrize(("asked", "told"), [({"gender": "male"}, True), ({"q": "2121"}, False)])
def test_the_dialog_counts_what_is_found_but_carries_out_no_search(
    sign_in, operator, four, searched, asked, told
):
    """A search by phone is counted by the list; the dialog would be a way around that."""
    client = sign_in(operator)

    page = client.get(searched(client, **asked)).content.decode()

    assert ("当前筛选结果有" in page) == told
    assert ("当前筛选结果有 3 位住户。" in page) == told
