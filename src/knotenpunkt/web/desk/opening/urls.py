from django.urls import path

from knotenpunkt.web.desk.opening import views

urlpatterns = [
    path("opening/", views.opening, name="opening"),
    path("opening/school-holidays/", views.school_holiday_years, name="school_holidays"),
    path(
        "opening/school-holidays/<int:year>/reviewed/",
        views.school_holidays_reviewed,
        name="school_holidays_reviewed",
    ),
    path(
        "opening/school-holidays/<int:year>/not-reviewed/",
        views.school_holidays_unreviewed,
        name="school_holidays_unreviewed",
    ),
]
