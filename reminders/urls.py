"""提醒设置, under an account's slug."""

from django.urls import path

from reminders.views import invitations, people, sent

app_name = "reminders"
urlpatterns = [
    path("", people.reminder_list, name="list"),
    path("rules/", people.plan_edit, name="rules"),
    path("<int:pk>/switch/", people.switch, name="switch"),
    path("<int:pk>/invite/", invitations.invite, name="invite"),
    path("<int:pk>/unbind/", invitations.unbind, name="unbind"),
    path("invitations/<int:pk>/", invitations.invitation, name="invitation"),
    path("sent/", sent.sent_list, name="sent"),
    path("sent/<int:pk>/again/", sent.send_again, name="again"),
]
