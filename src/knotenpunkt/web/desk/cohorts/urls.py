from django.urls import path

from knotenpunkt.web.desk.cohorts import views

urlpatterns = [
    path("cohorts/", views.cohorts, name="cohorts"),
    path("cohorts/new/", views.ask, name="cohort_ask"),
    path("cohorts/<uuid:cohort_id>/", views.cohort, name="cohort"),
    path("cohorts/<uuid:cohort_id>/book/", views.book_many, name="cohort_book"),
    path("cohorts/places/<uuid:place_id>/book/", views.book_one, name="cohort_book_one"),
]
