"""The pieces of a name that an index finds it by: each character, and each two that stand side by
side. A text can only be part of names that have all its pieces; whether it is, the name tells."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField, Value
from django.db.models.functions import Upper

BETWEEN = r"E'\x1f'"  # a control character, which tidied text has none of
SPLIT = rf"string_to_array(regexp_replace(%s, '(..)', E'\\1\x1f', 'g'), {BETWEEN})"
PAIRS = f"({SPLIT % '%(expressions)s'} || {SPLIT % 'substr(%(expressions)s, 2)'})"
TEXTS = ArrayField(TextField())


class Pieces(Func):
    """Of a column: all of them."""

    template = f"(string_to_array(%(expressions)s, NULL) || {PAIRS})"
    output_field = TEXTS


class PiecesOf(Func):
    """Of a text that is searched: its pairs, or its only character."""

    template = f"array_remove({PAIRS}, '')"
    output_field = TEXTS

    def __init__(self, text: str) -> None:
        super().__init__(Upper(Value(text)))

    def as_sql(self, *args, **context):
        sql, params = super().as_sql(*args, **context)
        return sql, [*params, *params]  # the template names it twice
