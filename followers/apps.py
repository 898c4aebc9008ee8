from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowersConfig(AppConfig):
    name = "followers"
    verbose_name = _("微信关注用户")

    def ready(self):
        from followers import (
            events,  # noqa: F401 - says which of WeChat's messages are wanted
            sending,  # noqa: F401 - and so does this
            visitors,
        )

        visitors.register()
