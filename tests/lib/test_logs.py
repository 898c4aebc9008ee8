import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from haina.lib.logs import WithoutValues
from residents.models import Resident
from tests import make


def logged(error: Exception) -> str:
    wanted = settings.LOGGING["formatters"]["line"]
    formatter = WithoutValues(wanted["format"], style=wanted["style"])
    seen = (type(error), error, error.__traceback__)
    return formatter.format(logging.LogRecord("haina", 40, "", 1, "it broke", None, seen))


def test_a_refused_row_is_not_quoted_in_the_log(community):
    there = make.resident(community, name="金丝雀", phone="13700007788")
    again = Resident(community=community, room=there.room, name="金丝雀", phone=there.phone)
    again.identity = Resident.Identity.OWNER

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        again.save()

    text = logged(caught.value)
    assert "13700007788" in str(caught.value)  # it would have been
    assert "13700007788" not in text
    assert "resident_phone_once_per_room" in text
    assert "test_logs.py" in text
