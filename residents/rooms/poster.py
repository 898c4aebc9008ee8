"""A sheet of paper at the door: its code opens verification in WeChat with the room chosen. It
holds the address of the room and nothing of those who live there."""

from dataclasses import dataclass

import segno
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import BuildingNode
from haina.accounts.models import ServiceAccount
from haina.wechat.models import Connection


class Obstacle(models.TextChoices):
    """Why there is no code yet, and what to do."""

    NO_ADDRESS = (
        "address",
        _("还没有设置系统的访问地址，无法生成二维码。请联系系统运维人员设置 HAINA_BASE_URL。"),
    )
    NO_WECHAT = "wechat", _("还没有连接公众号，扫码后无法认证。请先在“公众号设置”中连接。")


@dataclass(frozen=True)
class Poster:
    room: BuildingNode
    link: str

    @property
    def code(self) -> str:
        """A picture that may be as large as the paper."""
        return segno.make(self.link, error="m").svg_data_uri(border=0, light=None)


def obstacle_for(account: ServiceAccount) -> Obstacle | None:
    if not settings.HAINA_BASE_URL:
        return Obstacle.NO_ADDRESS
    connected = Connection.objects.filter(account=account).exists()
    return None if connected else Obstacle.NO_WECHAT


def poster_of(room: BuildingNode, account: ServiceAccount) -> Poster:
    path = reverse("mine:apply_for", args=[account.slug, room.tree_id, room.pk])
    return Poster(room, settings.HAINA_BASE_URL + path)
