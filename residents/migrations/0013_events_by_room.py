from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False  # so that imports go on while the index is built

    dependencies = [
        ("communities", "0002_fewer_indexes"),
        ("residents", "0012_words_of_imports"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="residentevent",
            index=HashIndex(fields=["room"], name="resident_event_by_room"),
        ),
    ]
