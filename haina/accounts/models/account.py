from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# The first parts of our own paths: an account with such a slug could not be reached.
RESERVED_SLUGS = frozenset(
    {"ops", "sign-in", "sign-out", "static", "m", "wechat", "wecom", "sms", "sandbox", "healthz"}
    | {"invited", "readyz", "metrics"}
)


class ServiceAccount(models.Model):
    """服务号, the tenant: everything of the console belongs to exactly one."""

    slug = models.SlugField(
        _("网址标识"), max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9-]+$")]
    )
    name = models.CharField(_("服务号名称"), max_length=40)
    second_factor_required = models.BooleanField(_("要求两步验证"), default=False, db_default=False)
    # Opened with made-up data, all of which may be cleared at once (haina/overview/clearing.py).
    is_demo = models.BooleanField(_("演示"), default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务号")
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="account_slug_is_not_reserved"
            )
        ]

    def __str__(self):
        return f"{self.name} #{self.pk}"
