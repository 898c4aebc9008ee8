from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("员工信息")

    def ready(self):
        from communities import services
        from staff.mirror import reactions
        from staff.services import leave_community

        services.before_closing.append(leave_community)
        reactions.register()
