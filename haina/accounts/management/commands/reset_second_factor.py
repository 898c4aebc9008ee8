from django.utils import timezone

from haina.accounts import second_factor
from haina.accounts.audit import Actor
from haina.accounts.backends import who_is
from haina.accounts.forms import LONG_NUMBER, LONGEST_REASON
from haina.lib.commands import AnsweringCommand, Refused


class Command(AnsweringCommand):
    help = "Take the second factor from somebody who has lost the phone and the recovery codes."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("user", help="user name or phone")
        parser.add_argument("--reason", required=True, help="who asked, and how that was checked")

    def answer(self, *, user, reason, **options):
        if len(reason) > LONGEST_REASON or LONG_NUMBER.search(reason):
            raise Refused(
                f"The reason stays for good: at most {LONGEST_REASON} characters, no phone."
            )
        found = who_is(user)
        if found is None:
            raise Refused("There is no such user.")
        by, now = Actor.command(), timezone.now()
        if not second_factor.reset(found, by=by, now=now, reason=reason):
            raise Refused("This user has no second factor.")
        return {"user": found.pk}

    def told(self, answer):
        return f"User {answer['user']} signs in with the password alone until it is set up again."
