from django.urls import path

from haina.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("bar/", views.job_bar, name="bar"),
    path("panel/", views.job_panel, name="panel"),
    path("seen/", views.jobs_see, name="see"),
    path("<int:pk>/", views.job_show, name="show"),
    path("<int:pk>/progress/", views.job_progress, name="progress"),
    path("<int:pk>/result/", views.job_result, name="result"),
    path("<int:pk>/cancel/", views.job_cancel, name="cancel"),
]
