from django.urls import path

from knotenpunkt.web.desk.exchange import newsletter_views, post_views

urlpatterns = [
    path("exchange/", post_views.questions, name="exchange"),
    path("exchange/new/", post_views.question_new, name="exchange_new"),
    path("exchange/questions/<uuid:post_id>/", post_views.question, name="exchange_question"),
    path("exchange/posts/<uuid:post_id>/change/", post_views.post_change, name="exchange_change"),
    path("exchange/posts/<uuid:post_id>/accept/", post_views.answer_accept, name="exchange_accept"),
    path(
        "exchange/posts/<uuid:post_id>/withdraw/",
        post_views.post_withdraw,
        name="exchange_withdraw",
    ),
    path("exchange/posts/<uuid:post_id>/remove/", post_views.post_remove, name="exchange_remove"),
    path("exchange/newsletter/", newsletter_views.issues, name="newsletters"),
    path("exchange/newsletter/draft/", newsletter_views.issue_draft, name="newsletter_draft"),
    path("exchange/newsletter/<uuid:issue_id>/", newsletter_views.issue, name="newsletter"),
    path(
        "exchange/newsletter/<uuid:issue_id>/change/",
        newsletter_views.issue_change,
        name="newsletter_change",
    ),
    path(
        "exchange/newsletter/<uuid:issue_id>/release/",
        newsletter_views.issue_release,
        name="newsletter_release",
    ),
    path("exchange/figures/", post_views.figures, name="exchange_figures"),
]
