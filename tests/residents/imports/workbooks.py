"""Workbooks as managers upload them."""

from pathlib import Path
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.imports import service
from haina.jobs import queue
from residents.models import Import, Resident
from tests import make
from tests.sheets import make as parts

GROUPS = ["基本信息", None, None, None, "身份验证信息", None, "小区楼栋信息"]
PERSON = ["姓名", "性别", "身份", "租约到期时间", "手机", "证件号 (如身份证, 护照)", "小区"]
HEADER = [*PERSON, "栋", "单元", "房间号"]
ZHANG = ["张三", "男", "业主", None, "18913112121", "440304198511080000"]
ZHANG = [*ZHANG, "腾讯小区", "A", "1", "101"]
LI = ["李四", "女", "家属", None, "13625895630", "440304199003080001", "腾讯小区", "A", "1", "102"]
WANG = ["王五", "男", "长期租客", None, "13625895631", "440304199003080002"]
WANG = [*WANG, "腾讯小区", "B", "1", "101"]
LIU = ["刘六", "男", "限租租客", "2018-12-31", "18124768126", "440304199003080002"]
LIU = [*LIU, "腾讯小区", "B", "1", "102"]
FOUR = [ZHANG, LI, WANG, LIU]
COLUMNS = dict(zip("ABCDEFGHIJ", range(10), strict=True))


def row(start=ZHANG, **cells) -> list:
    """张三's row with some cells, named by their letters, typed otherwise."""
    changed = list(start)
    for letter, value in cells.items():
        changed[COLUMNS[letter]] = value
    return changed


def book(path, rows, *, header=HEADER, above=(GROUPS,), hidden=()):
    """One sheet below the header; `hidden` are rows of a hidden sheet before it."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "住户信息"
    if hidden:
        secret = workbook.create_sheet("隐藏", 0)
        secret.sheet_state = "hidden"
        fill(secret, hidden)
    fill(sheet, [*above, header, *rows])
    workbook.save(path)
    return path


def sheets(path, **rows_of):
    """Several sheets, each with the rows given for its title."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in rows_of.items():
        fill(workbook.create_sheet(title), rows)
    workbook.save(path)
    return path


def fill(sheet, rows) -> None:
    for each in rows:
        sheet.append(list(each))


def old_book(path, rows, *, header=HEADER):
    """The same in the format of Excel 97."""
    cells = [
        parts.cell(number, column, value)
        for number, each in enumerate([GROUPS, header, *rows])
        for column, value in enumerate(each)
        if value is not None
    ]
    return parts.xls(path, {"住户信息": b"".join(cells)})


class Told:
    """An import as it is now; its counts and problems as attributes."""

    def __init__(self, imported: Import) -> None:
        self.imported = Import.objects.select_related("job").get(pk=imported.pk)
        self.problems = [SimpleNamespace(**problem) for problem in self.imported.problems]

    def __getattr__(self, name):
        counts = self.imported.counts
        return counts[name] if name in counts else getattr(self.imported, name)


def start(path, community, *, by=None, once="") -> Import:
    """The upload of the dialog, by the account's creator unless told otherwise."""
    actor = Actor.of(by or make.creator_of(community.account))
    file = SimpleUploadedFile(Path(path).name, Path(path).read_bytes())
    once = once or f"once-{next(make.numbers)}"
    return service.start(Import(community=community), file, by=actor, now=timezone.now(), once=once)


def upload(path, community, *, by=None) -> Told:
    """Upload a file and run its job."""
    imported = start(path, community, by=by)
    queue.run(imported.job_id)
    return Told(imported)


def decide(told, policy="overwrite", *, good_rows_only=False, by=None) -> Told:
    """Press 导入 below the plan and run the job."""
    community = told.imported.community
    actor = Actor.of(by or make.creator_of(community.account))
    job = service.decide(
        told.imported,
        policy=policy,
        good_rows_only=good_rows_only,
        shown=service.token_of(told.imported),
        by=actor,
        now=timezone.now(),
    )
    queue.run(job.pk)
    return Told(told.imported)


def undo(told, *, by=None) -> Told:
    actor = Actor.of(by or make.creator_of(told.imported.community.account))
    job = service.start_undo(told.imported, by=actor, now=timezone.now())
    queue.run(job.pk)
    return Told(told.imported)


def counts() -> tuple[int, int]:
    return Resident.objects.count(), BuildingNode.objects.count()


def places(report: Told) -> list[tuple[str, str]]:
    """B4 and why, for every problem."""
    return [(f"{problem.column}{problem.row}", problem.code) for problem in report.problems]


def on_file(community) -> list[tuple]:
    """Everybody, in the order of addresses."""
    residents = Resident.objects.filter(community=community).order_by("room__lft", "pk")
    return [
        (
            each.name,
            each.gender,
            each.identity,
            str(each.lease_ends_on or ""),
            str(each.phone),
            each.id_number,
            each.room.address,
        )
        for each in residents.select_related("room")
    ]
