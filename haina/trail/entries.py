"""How an entry reads to somebody: by their rights, in the words of the screen."""

from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F
from django.utils.translation import gettext as _

from haina.accounts.models import Administrator, AuditEntry
from haina.accounts.permissions import ResidentField, Rights, Section
from haina.lib.history import actor_name
from haina.trail.labels import LABELS, PAGES, WITH_FIELD_RIGHTS

FIRST = 3  # objects that a line names
NAMES = dict(ResidentField.choices) | dict(Section.choices)


@dataclass(frozen=True)
class Line:
    """An entry as somebody with these rights may read it: a field that is hidden from them is not
    named, and neither is the reason, which might tell of it."""

    entry: AuditEntry
    rights: Rights

    @property
    def page(self) -> str:
        """The name of the page that shows such an object, for whom it would open."""
        page, need = PAGES.get(self.entry.model, ("", None))
        return page if need and self.rights.cover(need) else ""

    @property
    def actor(self) -> str:
        """A person may be called as what happens by itself is."""
        return self.entry.actor if self.entry.user_id else actor_name(self.entry.actor)

    @property
    def action(self) -> str:
        return str(LABELS.get(self.entry.action, self.entry.action))

    @property
    def kind(self) -> str:
        model = model_of(self.entry.model)
        return str(model._meta.verbose_name) if model else ""

    @property
    def fields(self) -> str:
        hidden = self.hidden
        shown = [name for name in self.entry.fields if ResidentField.covering(name) not in hidden]
        return _("、").join(label_of(name, model_of(self.entry.model)) for name in shown)

    @property
    def reason(self) -> str:
        return "" if self.hidden else self.entry.reason

    @property
    def hidden(self) -> frozenset[str]:
        guarded = self.entry.model.startswith(WITH_FIELD_RIGHTS)
        return self.rights.hidden_fields if guarded else frozenset()


def for_lines(entries):
    """Without what is long: of up to 1,000 numbers the line shows the first."""
    return entries.newest_first().annotate(first_ids=F("ids")[:FIRST]).defer("ids", "request_id")


def model_of(label: str):
    try:
        return apps.get_model(label) if label else None
    except LookupError:
        return None


def label_of(name: str, model) -> str:
    """A section or a field that rights were given to; else a column, which the other side of a
    relation is not."""
    if model is None or model is Administrator:
        return str(NAMES.get(name) or label_of_column(name, Administrator))
    return label_of_column(name, model)


def label_of_column(name: str, model) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return str(NAMES.get(name, name))
