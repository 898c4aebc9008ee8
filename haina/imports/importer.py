"""What an app says of its imports: the one object that engine, pages and jobs ask."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from haina.accounts import audit
from haina.accounts.permissions import Right, Rights, Section
from haina.accounts.scope import Scope
from haina.imports.contract import Contract
from haina.imports.entries import OnFile
from haina.imports.models import Import, ImportQuerySet
from haina.imports.plan import Plan
from haina.imports.sheet import Sheet
from haina.sheets.writer import Column, Group


@dataclass
class Written:
    """What an import wrote, by pk: enough to take it back."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """A line of what an undone import could not take back: what of it the visitor may see, its
    page if it has one, and why."""

    what: str
    url: str
    why: str


@dataclass(frozen=True)
class Words:
    """What screens call what this app imports."""

    people: str  # 住户
    fact: str  # heads what tells people apart beside their names in a preview: 身份
    place: str  # heads where they stand: 住址
    nothing_changed: str  # a sentence: nothing was created or updated, so nothing is to be undone
    gone: str  # a sentence: why a job finds no import any more, or may not touch it
    changed_meanwhile: str  # a sentence: the plan is another one because of what others did
    need: str  # a sentence: which right deciding on a plan takes
    nodes: str = ""  # what an import may add to the tree that people stand in: 楼栋节点


class Importer(ABC):
    """Each app has one subclass and one instance of it, which it hands to urls.routes() and
    jobs.register(). "Target" is what is imported into: a community, an account.

    The URL names are the same in every namespace: list, import (the dialog, which is the app's
    own), imports, import_show, import_decide, import_drop, import_undo, import_errors, import_job.
    """

    model: type[Import]
    section: Section
    namespace: str  # of its URL names
    label: str  # of the jobs that read and carry out: 批量导入住户
    title: str  # of sheets and in file names: 住户信息
    words: Words

    @property
    def look(self) -> Right:
        """The door of 导入记录 and of one import's page."""
        return self.section.view

    @property
    def act(self) -> Right:
        """The door of whatever changes an import, or tells what is in its rows."""
        return self.section.manage

    def may_import(self, rights: Rights, scope: Scope) -> bool:
        """May somebody import, decide, undo, and see rows of plans and error workbooks? Asked
        beside the right to manage the section, also when a job runs."""
        return rights.cover(self.section.manage)

    # The file

    @abstractmethod
    def contract(self, target: models.Model) -> Contract:
        """What the target's workbook looks like now."""

    @abstractmethod
    def columns(self, target: models.Model) -> Sequence[Column | Group]:
        """The template's columns; those of the contract's layout, in its order."""

    @abstractmethod
    def errors_name(self, target: models.Model) -> str:
        """What the error workbook is called."""

    # The work, all of it inside the transaction that takes the lock

    @abstractmethod
    def lock(self, imported: Import) -> None:
        """Keep everybody else from what a plan stands on until the transaction ends. Raises Refusal
        where the target is gone."""

    @abstractmethod
    def ground(self, imported: Import, sheet: Sheet):
        """Takes the lock as well. What a plan stands on, as it is now: whatever on_file(), reach()
        and apply() need, read once. Raises Refusal; also where the sheet was read by a contract
        that no longer holds, because its target has other columns meanwhile, or what its readers
        had looked up is gone."""

    @abstractmethod
    def on_file(self, ground) -> Iterator[OnFile]:
        """Everybody whom a row of the workbook may be about, by the contract's keys."""

    @abstractmethod
    def reach(self, plan: Plan, ground) -> None:
        """Work out what the plan adds to the tree, set plan.nodes, and refuse what would be too
        much: the hook of caps. Writes nothing. Raises Refusal."""

    @abstractmethod
    def apply(
        self, plan: Plan, ground, imported: Import, *, policy: str, by: audit.Actor, now: datetime
    ) -> Written:
        """Write plan.new, and of plan.changes what change.under(policy) says; explained to the row
        history with the import's pk before, in the trail after."""

    @abstractmethod
    def undo(self, imported: Import, *, by: audit.Actor, now: datetime) -> list[dict]:
        """Take back what it wrote; what could not be, as JSON for not_undone. The lock is held, and
        the row history knows already who undoes what."""

    # The screens

    @abstractmethod
    def list_url(self, request, imported: Import | None = None) -> str:
        """The list that the section begins with; of an import the part that it is about."""

    def found_url(self, request, imported: Import) -> str:
        """The list, cut down to whom the import wrote where the app can do that."""
        return self.list_url(request, imported)

    @abstractmethod
    def dialog_url(self, request, imported: Import) -> str:
        """The dialog that starts another import like this one."""

    def narrow(self, request, imports: ImportQuerySet) -> tuple[ImportQuerySet, dict]:
        """导入记录 as the request narrows it down, and what templates/imports/list.html needs to
        show that: `communities` to choose from, and the one `chosen`."""
        return imports, {}

    @abstractmethod
    def left(self, request, not_undone: Sequence[dict]) -> list[Left]:
        """What undo() could not take back, as the visitor may see it."""
