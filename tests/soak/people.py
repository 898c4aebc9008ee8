"""Everybody who works at once: each a thread with a sign-in of its own, who does one thing again
and again and enters in the ledger what came of it."""

import itertools
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import requests

from haina.demo.data import SLUG
from tests.faults.stack import Stack
from tests.faults.visitor import RESIDENTS, Visitor, job_of
from tests.faults.writers import phones
from tests.residents.imports.workbooks import PERSON, book
from tests.soak.ledger import SIGN_IN, Ledger

ROWS = 20  # of an import
HEADER = [*PERSON, "栋", "单元", "房间"]
PLACE = ["腾讯海纳体验小区", "1", "1", "101"]

names = itertools.count(1)
applications = itertools.count(1)


def register(visitor: Visitor, ledger: Ledger) -> None:
    phone = str(next(phones))
    ledger.note("register", phone, visitor.register(phone))


def list_residents(visitor: Visitor, ledger: Ledger) -> None:
    ledger.note("list", None, visitor.get())


def search(visitor: Visitor, ledger: Ledger) -> None:
    ledger.note("search", None, visitor.get(RESIDENTS, q="赵"))


def sign_in(visitor: Visitor, ledger: Ledger) -> None:
    newcomer = Visitor(visitor.base.rstrip("/"))
    ledger.note(SIGN_IN, None, newcomer.sign_in())


def grow(visitor: Visitor, ledger: Ledger) -> None:
    """A building more."""
    name = f"{next(names)}号楼"
    path = f"{SLUG}/communities/1/nodes/{visitor.root}/add/"
    ledger.note("grow", name, visitor.post(path, name=name))


def export(visitor: Visitor, ledger: Ledger) -> None:
    answer = visitor.export()
    if ledger.note("export", None, answer):
        ledger.acknowledged["job"].append(job_of(answer))


def import_file(visitor: Visitor, ledger: Ledger) -> None:
    """A workbook of new residents."""
    told = [str(next(phones)) for _each in range(ROWS)]
    people = [["钱丽华", "女", "业主", None, phone, None, *PLACE] for phone in told]
    with tempfile.TemporaryDirectory() as folder:
        content = book(Path(folder) / "soak.xlsx", people, header=HEADER).read_bytes()
    ledger.note("import", told, visitor.upload(content))


def review(visitor: Visitor, ledger: Ledger) -> None:
    """Refuse the next application; a 503 leaves it to nobody, for it may be refused already."""
    pk = next(applications)
    path = f"{RESIDENTS}applications/{pk}/reject/"
    ledger.note("review", pk, visitor.post(path, preset="信息与登记不符"))


# What they do, and how many seconds they rest afterwards
DOES: tuple[tuple[Callable[[Visitor, Ledger], None], float], ...] = (
    (register, 0.1),
    (register, 0.3),
    (list_residents, 0.3),
    (search, 0.3),
    (sign_in, 2),
    (grow, 2),
    (export, 2),
    (import_file, 5),
    (review, 1),
)


class People:
    def __init__(self, stack: Stack, ledger: Ledger) -> None:
        self.ledger, self.over = ledger, threading.Event()
        root = stack.postgres.query("SELECT id FROM communities_buildingnode WHERE level = 0")[0][0]
        self.threads = []
        for act, rest in DOES:
            visitor = Visitor(stack.address)
            visitor.sign_in()
            visitor.root = root
            told = (act, rest, visitor)
            self.threads.append(threading.Thread(target=self.work, args=told, daemon=True))

    def work(self, act, rest: float, visitor: Visitor) -> None:
        while not self.over.wait(rest):
            try:
                act(visitor, self.ledger)
            except requests.RequestException as error:
                self.ledger.broken.append(f"{act.__name__}: {type(error).__name__}")

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *exception) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
