from django.urls import path

from knotenpunkt.web.desk.fixed import views

urlpatterns = [
    path("persons/<uuid:person_id>/fixed/", views.blocks, name="fixed_blocks"),
    path("fixed/<uuid:block_id>/change/", views.change, name="fixed_block_change"),
    path("fixed/<uuid:block_id>/remove/", views.remove, name="fixed_block_remove"),
]
