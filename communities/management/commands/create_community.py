from django.http import QueryDict
from django.utils import timezone

from communities import levels, services
from communities.forms import CommunityForm
from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from haina.lib.commands import AnsweringCommand, Refused


class Command(AnsweringCommand):
    help = "Add a community with its levels, such as --levels 栋,单元,房间号."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, help="the slug of the service account")
        parser.add_argument("--name", required=True)
        parser.add_argument("--levels", required=True, help="names from the top, with commas")
        parser.add_argument("--address", default="")
        parser.add_argument("--phone", default="")

    def answer(self, *, account, levels: str, **options):
        place = ServiceAccount.objects.filter(slug=account).first()
        if place is None:
            raise Refused(f"there is no account {account}")
        written = self.checked(levels, options)
        try:
            community = services.add(place, **written, by=Actor.command(place), now=timezone.now())
        except (services.NameTaken, services.LevelsRefused) as refusal:
            raise Refused(str(refusal)) from None
        return {"id": community.pk, "name": community.name, "levels": community.levels}

    def checked(self, typed_levels: str, options) -> dict:
        """What was typed, by the rules of the form."""
        data = QueryDict(mutable=True)
        data.update({name: options[name] for name in ("name", "address", "phone")})
        data.setlist("level", levels.split(typed_levels))
        form = CommunityForm(data)
        if not form.is_valid():
            raise Refused(" ".join(faults_of(form)))
        names = [level.name for level in form.cleaned_data["levels"]]
        return {**form.cleaned_data, "levels": names}

    def told(self, answer):
        return f"Added community {answer['id']}, {answer['name']} ({'/'.join(answer['levels'])})."


def faults_of(form: CommunityForm) -> list[str]:
    """小区名称：请填写此项。"""
    return [
        f"{form.fields[name].label}：{fault}" if name in form.fields else str(fault)
        for name, faults in form.errors.items()
        for fault in faults
    ]
