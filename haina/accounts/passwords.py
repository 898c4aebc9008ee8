"""修改密码, and what makes no password."""

from datetime import datetime

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.models import User
from haina.accounts.second_factor import tell

# What whoever guesses passwords of this product tries first; docs/security.md names them too.
WORDS = (
    "haina",
    "海纳",
    "wuye",
    "物业",
    "xiaoqu",
    "小区",
    "weixin",
    "wechat",
    "微信",
    "tencent",
    "腾讯",
)
WORDS += ("guanli", "管理", "admin", "password", "mima", "密码")
LEAST = 8  # characters that must be left without them


class LengthValidator(MinimumLengthValidator):
    """Django's own, whose sentence has no Chinese."""

    def get_error_message(self) -> str:
        return _("密码太短，至少 %(least)d 位。") % {"least": self.min_length}


class OwnWordsValidator:
    """A password is long enough without these words and the names of the user's accounts."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.casefold()
        for word in (*WORDS, *accounts_of(user)):
            rest = rest.replace(word.casefold(), "")
        if len(rest) < min(LEAST, len(password)):
            raise ValidationError(self.get_help_text(), code="password_of_own_words")

    def get_help_text(self) -> str:
        return _("密码不能主要由产品名、公司名这类容易猜到的词组成。")


def accounts_of(user: User | None) -> list[str]:
    if user is None or user.pk is None:
        return []
    named = user.places.values_list("account__slug", "account__name")
    return [name for names in named for name in names if name]


@transaction.atomic
def change(user: User, password: str, *, by: audit.Actor, now: datetime) -> None:
    """Sessions that were begun with the one before end with their next request."""
    user.set_password(password)
    user.password_is_given = False
    user.save(update_fields=["password", "password_is_given"])
    tell("user.password_changed", user, by=by, now=now)
