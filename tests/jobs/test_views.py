from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from haina.jobs import files
from haina.jobs.models import Job, StoredFile
from tests import make
from tests.jobs import kinds  # noqa: F401 - registers the kinds

State = Job.State
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(operator):
    return make.job(operator, "tests.count", phase="读取", done=3, total=12)


@pytest.fixture
def client(sign_in, operator):
    return sign_in(operator)


def done_with_file(administrator, content=b"PK-1") -> Job:
    job = make.job(administrator, "tests.count")
    Job.objects.claim(job.pk, now=timezone.now())
    job = Job.objects.get(pk=job.pk)
    stored = make.stored_file(administrator.account, content, name="住户 信息.xlsx")
    job.finish({}, now=timezone.now(), output=stored)
    job.refresh_from_db()
    return job


def urls(job):
    for name in ("", "progress/", "result/"):
        yield "get", f"/fengniao/jobs/{job.pk}/{name}"
    yield "post", f"/fengniao/jobs/{job.pk}/cancel/"


def test_only_the_asker_sees_a_job(sign_in, creator, newcomer, stranger, operator):
    job = done_with_file(operator)

    for who in (creator, newcomer, stranger):
        for method, url in urls(job):
            assert getattr(sign_in(who), method)(url).status_code == 404


def test_the_list_shows_ones_own_jobs(client, operator, creator, job):
    done_with_file(creator)

    page = client.get("/fengniao/jobs/")

    assert [row.pk for row in page.context["jobs"]] == [job.pk]
    assert f"/fengniao/jobs/{job.pk}/" in page.content.decode()
    assert "数数" in page.content.decode()


def test_the_list_makes_the_same_queries_for_one_and_for_three(
    client, operator, job, django_assert_num_queries
):
    client.get("/fengniao/jobs/")
    with django_assert_num_queries(7 + 3) as one:
        client.get("/fengniao/jobs/")
    done_with_file(operator)
    done_with_file(operator)

    with django_assert_num_queries(len(one)):
        client.get("/fengniao/jobs/")


def test_progress_is_a_fragment_for_htmx(client, job):
    url = f"/fengniao/jobs/{job.pk}/progress/"

    fragment = client.get(url, headers=HTMX).content.decode()
    page = client.get(url, headers=HTMX | {"HX-History-Restore-Request": "true"}).content.decode()

    assert "<html" not in fragment
    assert "读取" in fragment
    assert "<html" in page


@pytest.mark.parametrize("state", Job.OVER)
def test_the_poll_of_a_job_that_is_over_leads_to_its_page(client, job, state):
    Job.objects.filter(pk=job.pk).update(state=state)

    response = client.get(f"/fengniao/jobs/{job.pk}/progress/", headers=HTMX)

    assert response.headers["HX-Redirect"] == f"/fengniao/jobs/{job.pk}/"


@pytest.mark.parametrize("state", State)
def test_the_page_works_in_every_state(client, job, state):
    Job.objects.filter(pk=job.pk).update(state=state, message="第 3 行有误")

    assert client.get(f"/fengniao/jobs/{job.pk}/").status_code == 200


def test_the_result_is_a_download(client, operator):
    job = done_with_file(operator)

    response = client.get(f"/fengniao/jobs/{job.pk}/result/")

    assert b"".join(response.streaming_content) == b"PK-1"
    name = quote("住户 信息.xlsx")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]


def test_no_result_yet_is_404(client, job):
    assert client.get(f"/fengniao/jobs/{job.pk}/result/").status_code == 404


def test_a_file_whose_time_is_over_is_404(client, operator):
    job = done_with_file(operator)
    StoredFile.objects.update(expires_at=timezone.now())

    assert client.get(f"/fengniao/jobs/{job.pk}/result/").status_code == 404


def test_a_file_that_is_gone_is_404(client, operator):
    job = done_with_file(operator)
    job.output.file.storage.delete(job.output.file.name)

    assert client.get(f"/fengniao/jobs/{job.pk}/result/").status_code == 404


def test_a_right_taken_away_binds_files_made_before(client, account, operator):
    """The file shows phones as they might be seen when it was made."""
    job = done_with_file(operator)
    sections, fields = {Section.RESIDENTS: Level.MANAGE}, {"phone": Level.NONE}
    by, now = Actor.command(account), timezone.now()
    services.set_rights(operator, sections=sections, fields=fields, by=by, now=now)

    assert client.get(f"/fengniao/jobs/{job.pk}/result/").status_code == 403


def test_a_community_taken_away_binds_files_made_before(client, account, operator):
    job = done_with_file(operator)
    operator.communities.set([make.community(account, "深圳小区")])

    assert client.get(f"/fengniao/jobs/{job.pk}/result/").status_code == 403


def test_cancelling(client, job):
    response = client.post(f"/fengniao/jobs/{job.pk}/cancel/")

    assert response.headers["Location"] == f"/fengniao/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_cancelling_by_a_link_is_refused(client, job):
    assert client.get(f"/fengniao/jobs/{job.pk}/cancel/").status_code == 405
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_cancelling_what_is_over_changes_nothing(client, operator):
    job = done_with_file(operator)

    client.post(f"/fengniao/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == (State.DONE, False)


def test_a_kind_that_is_not_known_here_is_not_listed(client, operator):
    unknown = make.job(operator, "from.the.future")

    assert client.get(f"/fengniao/jobs/{unknown.pk}/").status_code == 404
    assert list(client.get("/fengniao/jobs/").context["jobs"]) == []


def test_old_files_and_orphans_are_removed(account, tmp_path):
    now = timezone.now()
    old, young = make.stored_file(account), make.stored_file(account)
    StoredFile.objects.filter(pk=old.pk).update(expires_at=now - timedelta(seconds=1))
    storage = young.file.storage
    orphan = storage.save(f"{account.pk}/orphan", ContentFile(b"x"))

    assert files.remove_old(now=now) == 1
    assert storage.exists(orphan)
    assert files.remove_old(now=now + timedelta(hours=2)) == 1
    assert list(StoredFile.objects.all()) == [young]
    assert storage.exists(young.file.name)
    assert not storage.exists(old.file.name)


def test_a_file_is_private_and_has_a_name_of_its_own(account):
    stored = make.stored_file(account, name="../../etc/passwd")

    path = Path(stored.file.path)

    assert stored.name == "passwd"
    assert "passwd" not in path.parts
    assert len(path.name) == 40
