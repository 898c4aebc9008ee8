from django.db import connection

from tests.bench.peer.models import Flat, Housed, Node


def make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in (Node, Housed, Flat):
            editor.create_model(model)
