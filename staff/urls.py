from django.urls import path

from staff.views import people

app_name = "staff"
urlpatterns = [
    path("", people.employee_list, name="list"),
]
