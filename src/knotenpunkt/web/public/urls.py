from django.urls import path

from knotenpunkt.web.public import book_views, change_views, plan_views, slip_views, start_views

app_name = "public"
urlpatterns = [
    path("", start_views.start, name="start"),
    path("forget/", start_views.forget, name="forget"),
    path("plan/where/", start_views.where, name="where"),
    path("plan/who/", start_views.who, name="who"),
    path("plan/needs/", start_views.needs, name="needs"),
    path("plan/matters/", start_views.matters, name="matters"),
    path("plan/order/", plan_views.order, name="order"),
    path("plan/proposals/", plan_views.proposals, name="proposals"),
    path("plan/take/", plan_views.take, name="take"),
    path("plan/bring/", book_views.bring, name="bring"),
    path("plan/book/", book_views.book, name="book"),
    path("plan/confirm/", book_views.confirm, name="confirm"),
    path("plan/rather-not/", book_views.rather_not, name="rather_not"),
    path("v/worker.js", slip_views.worker, name="worker"),
    path("v/<str:code>/", slip_views.slip, name="slip"),
    path("v/<str:code>.pdf", slip_views.slip_pdf, name="slip_pdf"),
    path("v/<str:code>.ics", slip_views.slip_calendar, name="slip_calendar"),
    path("v/<str:code>.png", slip_views.slip_picture, name="slip_picture"),
    path("v/<str:code>/papers/", slip_views.papers, name="papers"),
    path("v/<str:code>/change/", change_views.change, name="change"),
]
