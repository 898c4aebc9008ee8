"""What the people of the soak need beyond the demo account: applications that wait, and the
account connected to the sandbox, to which their notices go."""

import sys

import django
from django.utils import timezone


def main(count: int) -> None:
    from haina.accounts.models import ServiceAccount
    from tests import make
    from tests.sandbox.process import DEMO_APPID, DEMO_SECRET

    account = ServiceAccount.objects.get()
    own = {"app_id": DEMO_APPID, "secret": DEMO_SECRET}
    connection = make.wechat(account, **own, connected_at=timezone.now())
    make.decision_template(connection)
    community = account.communities.get()
    for _each in range(count):
        make.application(community, make.follower(account), "1 1 101")


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
