from django.urls import path

from knotenpunkt.web.desk.accounts import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<uuid:staff_id>/", views.account, name="account"),
    path("accounts/<uuid:staff_id>/again/", views.account_again, name="account_again"),
    path("accounts/<uuid:staff_id>/leave/", views.account_leave, name="account_leave"),
]
