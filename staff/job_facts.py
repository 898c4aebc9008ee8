"""What the list of jobs tells of those about the staff."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.jobs.models import Job
from haina.jobs.queue import About


def about(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    rows = {job.pk: job.result["rows"] for job in jobs if "rows" in job.result}
    return {pk: About(outcome=_("%d 位员工") % number) for pk, number in rows.items()}
