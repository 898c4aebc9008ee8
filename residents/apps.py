from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("住户信息")

    def ready(self):
        from communities import services, tree
        from followers import names
        from followers.posts import posts
        from haina.accounts import navigation
        from residents.bound import BINDS
        from residents.headcounts import residents_between
        from residents.removal import forget_bin
        from residents.verification.notices import POST
        from residents.verification.waiting import pending_within

        tree.counts_residents.append(residents_between)
        services.before_closing.append(forget_bin)
        names.bound.append(BINDS)
        posts.append(POST)
        navigation.waiting["residents:applications"] = pending_within
