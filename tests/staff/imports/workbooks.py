"""Files of staff as people upload them."""

import csv
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from haina.accounts.audit import Actor
from haina.imports import service
from haina.jobs import queue
from staff import tasks  # noqa: F401 - registers the jobs
from staff.models import Employee, StaffImport
from tests import make

HEADER = ["服务小区*", "姓名*", "性别*", "所属部门*", "职位", "职级", "手机号*", "微信号", "地址"]
CHEN = ["腾讯小区", "陈三三", "男", "工程部", "维修师父", "二级", "13500000000", "chen33", "蛇口"]
COLUMNS = dict(zip("ABCDEFGHI", range(9), strict=True))


def row(start=CHEN, **cells) -> list:
    """陈三三's row with some cells, named by their letters, typed otherwise."""
    changed = list(start)
    for letter, value in cells.items():
        changed[COLUMNS[letter]] = value
    return changed


def many(number: int, first: int = 0) -> list[list]:
    return [row(B=f"员工{n}", G=f"138{n:08d}") for n in range(first, first + number)]


def book(path, rows, *, header=HEADER):
    workbook = Workbook()
    for each in [header, *rows]:
        workbook.active.append(list(each))
    workbook.save(path)
    return path


def text(rows, *, header=HEADER, separator=",") -> str:
    out = StringIO()
    csv.writer(out, delimiter=separator).writerows([header, *rows])
    return out.getvalue()


class Told:
    """An import as it is now; its counts and problems as attributes."""

    def __init__(self, imported: StaffImport) -> None:
        imports = StaffImport.objects.select_related("job", "account", "upload", "errors")
        self.imported = imports.get(pk=imported.pk)
        self.problems = [SimpleNamespace(**problem) for problem in self.imported.problems]

    def __getattr__(self, name):
        counts = self.imported.counts
        return counts[name] if name in counts else getattr(self.imported, name)


def start(path, account, *, by=None) -> StaffImport:
    file = SimpleUploadedFile(Path(path).name, Path(path).read_bytes())
    told = {"by": Actor.of(by or make.creator_of(account)), "now": timezone.now()}
    return service.start(StaffImport(account=account), file, once=f"o{next(make.numbers)}", **told)


def upload(path, account, *, by=None) -> Told:
    imported = start(path, account, by=by)
    queue.run(imported.job_id)
    return Told(imported)


def put_decision(told, policy="overwrite", *, good_rows_only=False):
    """Press 导入 below the plan; the job."""
    return service.decide(
        told.imported,
        policy=policy,
        good_rows_only=good_rows_only,
        shown=service.token_of(told.imported),
        by=Actor.of(make.creator_of(told.imported.account)),
        now=timezone.now(),
    )


def decide(told, policy="overwrite", **how) -> Told:
    queue.run(put_decision(told, policy, **how).pk)
    return Told(told.imported)


def undo(told) -> Told:
    actor = Actor.of(make.creator_of(told.imported.account))
    job = service.start_undo(told.imported, by=actor, now=timezone.now())
    queue.run(job.pk)
    return Told(told.imported)


def places(told: Told) -> list[tuple[str, str]]:
    """B4 and why, for every problem."""
    return [(f"{problem.column}{problem.row}", problem.code) for problem in told.problems]


def on_file(account) -> list[tuple]:
    """Everybody, in the order in which they came."""
    return [
        (
            sorted(each.community_ids),
            each.name,
            each.gender,
            sorted(each.department_ids),
            *(each.position, each.rank, str(each.phone), each.wechat, each.address),
        )
        for each in Employee.objects.filter(account=account).order_by("pk")
    ]
