import secrets
from getpass import getpass

from django.db import transaction
from django.utils import timezone

from haina.accounts import audit, services
from haina.accounts.admin import AccountForm, UserForm
from haina.accounts.models import User
from haina.accounts.names import plain_name
from haina.lib.commands import AnsweringCommand, Refused

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class Command(AnsweringCommand):
    help = "Open a service account; its creator is made if there is no such user yet."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--slug", required=True, help="the account's part of the address")
        parser.add_argument("--name", required=True, help="what people call the account")
        parser.add_argument("--creator", required=True, help="the user name of the creator")
        parser.add_argument("--creator-name", help="their name, for a new user")
        parser.add_argument(
            "--ask-password",
            action="store_true",
            help="ask for a new user's password instead of making one and printing it once",
        )

    @transaction.atomic
    def answer(self, *, slug, name, creator, creator_name, ask_password, **options):
        user, password = User.objects.filter(username=plain_name(creator)).first(), None
        is_new = user is None
        if is_new:
            password = getpass("Password: ") if ask_password else new_password()
            user = made({"username": creator, "name": creator_name or creator}, password)
        self.open(user, {"slug": slug, "name": name})
        answer = {"slug": slug, "creator": user.username}
        return answer | ({"password": password} if is_new and not ask_password else {})

    def open(self, user: User, written: dict) -> None:
        form = AccountForm({**written, "creator": user.pk})
        if not form.is_valid():
            raise Refused(faults_of(form))
        call = {"by": audit.Actor.command(), "now": timezone.now()}
        services.open_account(**form.cleaned_data, **call)

    def told(self, answer):
        lines = [f"Opened /{answer['slug']}/. {answer['creator']} is its creator."]
        if "password" in answer:
            lines.append(f"Their password, shown this once: {answer['password']}")
        return "\n".join(lines)


def new_password() -> str:
    """Sixteen letters and digits: 79 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(16))


def made(written: dict, password: str) -> User:
    form = UserForm({**written, "new_password": password, "is_active": True})
    if not form.is_valid():
        raise Refused(faults_of(form))
    form.instance.set_password(password)
    form.instance.password_is_given = True
    user = form.save()
    audit.record("user.added_by_ops", [user], by=audit.Actor.command(), at=timezone.now())
    return user


def faults_of(form) -> str:
    """用户名：请填写此项。"""
    return " ".join(
        f"{form.fields[name].label}：{fault}" if name in form.fields else fault
        for name, faults in form.errors.items()
        for fault in faults
    )
