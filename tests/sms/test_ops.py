"""What whoever runs the installation sees of SMS, and what they can do: nothing."""

import pytest
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.sms import services
from haina.sms.models import Message

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"


@pytest.fixture
def message(account, gateway, sandbox):
    return services.send(account, PHONE, Message.Purpose.REVIEW, ["7"], now=timezone.now())


@pytest.fixture
def client(sign_in, ops):
    return sign_in(ops)


@pytest.mark.parametrize("page", ["", "{pk}/change/"])
def test_ops_reads_how_sms_fared_without_phones_and_secrets(client, message, gateway, page):
    html = client.get(f"/ops/sms/message/{page.format(pk=message.pk)}").content.decode()

    for told in ("138*****00", message.provider_id, "Ok"):
        assert told in html
    for never in ("13800138000", gateway.secret_id, gateway.secret_key, gateway.sdk_app_id):
        assert never not in html


def test_a_look_is_in_the_trail_of_the_account(client, message, account):
    client.get(f"/ops/sms/message/{message.pk}/change/")

    entry = AuditEntry.objects.get(action="message.seen_by_ops")
    assert (entry.account_id, entry.ids) == (account.pk, [message.pk])


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_ops_changes_nothing(client, message, page):
    response = client.post(f"/ops/sms/message/{page.format(pk=message.pk)}", {"state": "config"})

    assert response.status_code == 403
    assert Message.objects.get().state == "sent"


def test_others_see_nothing(sign_in, message, creator):
    assert sign_in(creator).get("/ops/sms/message/").status_code == 404
