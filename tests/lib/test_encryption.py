import base64
import os

import pytest
from django.core import serializers

from haina.lib.encryption import Undecipherable, decrypt, encrypt, keyed_hash
from residents.models import Resident
from tests import make


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def test_what_is_sealed_opens_again():
    assert decrypt(encrypt("440304198511080000")) == "440304198511080000"


def test_the_same_text_is_never_sealed_alike():
    assert encrypt("44030419") != encrypt("44030419")


def test_an_older_key_of_the_ring_still_opens(settings):
    old, new = new_key(), new_key()
    settings.ENCRYPTION_KEYS = [old]
    sealed = encrypt("44030419")

    settings.ENCRYPTION_KEYS = [new, old]

    assert decrypt(sealed) == "44030419"
    assert encrypt("44030419")[:4] != sealed[:4]


def test_a_key_that_was_removed_opens_nothing(settings):
    settings.ENCRYPTION_KEYS = [new_key()]
    sealed = encrypt("44030419")

    settings.ENCRYPTION_KEYS = [new_key()]

    with pytest.raises(Undecipherable):
        decrypt(sealed)


@pytest.mark.parametrize("place", [5, 17, -1])
def test_a_changed_byte_is_noticed(place):
    sealed = bytearray(encrypt("44030419"))
    sealed[place] ^= 1

    with pytest.raises(Undecipherable):
        decrypt(bytes(sealed))


def test_the_hash_needs_the_key(settings):
    before = keyed_hash("44030419")

    settings.HASH_KEY = "another key of the hash, long enough"

    assert keyed_hash("44030419") != before


def test_the_column_holds_no_plain_text(community, django_assert_num_queries):
    resident = make.resident(community, id_number="440304198511080000")

    with django_assert_num_queries(1) as queries:
        stored = Resident.objects.filter(pk=resident.pk).extra(select={"raw": "id_number"})
        raw = bytes(stored.values_list("raw", flat=True).get())

    assert b"4403" not in raw
    assert len(queries) == 1


def test_the_column_is_neither_searched_nor_serialised(community):
    resident = make.resident(community, id_number="440304198511080000")

    with pytest.raises(TypeError, match="cannot be searched"):
        Resident.objects.filter(id_number="440304198511080000")
    with pytest.raises(TypeError, match="not serialised"):
        serializers.serialize("json", [resident])
