from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = _("提醒设置")

    def ready(self):
        from followers.posts import posts
        from haina.accounts import navigation
        from haina.accounts.signals import raised
        from reminders import binding  # which says, too, which of WeChat's messages are wanted
        from reminders.alerts import alerts
        from reminders.letters import POST
        from reminders.queue import tell_of_leases, tell_reviewers
        from residents.signals import application_submitted, leases_end_soon

        posts.append(POST)
        navigation.alerts.append(alerts)
        application_submitted.connect(tell_reviewers, dispatch_uid="reminders.tell_reviewers")
        raised.connect(binding.look_again, dispatch_uid="reminders.look_again")
        leases_end_soon.connect(tell_of_leases, dispatch_uid="reminders.tell_of_leases")
