"""管理员设置, under an account's slug."""

from django.urls import path

from haina.accounts.views import administrators, handover, second_factor_rule

app_name = "administrators"
urlpatterns = [
    path("", administrators.administrator_list, name="list"),
    path("invite/", administrators.invite, name="invite"),
    path("invitations/<int:pk>/renew/", administrators.renew, name="renew"),
    path("invitations/<int:pk>/revoke/", administrators.revoke, name="revoke"),
    path("<int:pk>/edit/", administrators.edit, name="edit"),
    path("<int:pk>/deactivate/", administrators.deactivate, name="deactivate"),
    path("second-factor/", second_factor_rule.second_factor_rule, name="second-factor-rule"),
    path("handover/", handover.offer, name="handover"),
    path("handover/accept/", handover.accept, name="accept"),
    path("handover/end/", handover.end, name="end-handover"),
]
