"""The pages in WeChat. The door takes `account` out of the arguments."""

from django.urls import path

from residents.views.mobile import applications, apply, invitations, owner, review, room, rooms

app_name = "mine"
urlpatterns = [
    path("", rooms.home, name="home"),
    path("consent/", apply.consent, name="consent"),
    path("apply/", apply.choose_community, name="apply"),
    path("apply/<int:community>/", apply.choose_room, name="apply_in"),
    path("apply/<int:community>/<int:room>/", apply.apply_for, name="apply_for"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/code/", applications.code, name="code"),
    path("applications/<int:pk>/code/again/", applications.code_again, name="code_again"),
    path("applications/<int:pk>/withdraw/", applications.withdraw, name="withdraw"),
    path("invited/", invitations.invited, name="invited"),
    path("rooms/<int:pk>/", room.room, name="room"),
    path("rooms/<int:pk>/leave/", room.leave, name="leave"),
    path("rooms/<int:pk>/invite/", invitations.invite, name="invite"),
    path("rooms/<int:pk>/invite/<int:invitation>/end/", invitations.uninvite, name="uninvite"),
    path("rooms/<int:pk>/applications/<int:application>/", owner.owner_review, name="owner_review"),
    path("review/", review.review, name="review"),
    path("review/<int:pk>/", review.review_one, name="review_one"),
]
