"""What working together brings an organization: for its managers, and for the coordinator."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from knotenpunkt.evaluation.benefit import benefit_of, benefit_visible_to
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.web.access import FIGURE_ROLES, DeskRequest, staff


@staff(roles=FIGURE_ROLES)
def own_benefit(request: DeskRequest) -> HttpResponse:
    """Show the figures of the own organization."""
    return _page(request, request.user.staff_member.organization)


@staff(roles=FIGURE_ROLES)
def benefit(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Show the figures of an organization; to a coordinator those of every partner."""
    return _page(request, get_object_or_404(benefit_visible_to(request.user), pk=organization_id))


def _page(request: DeskRequest, organization: Organization) -> HttpResponse:
    others = benefit_visible_to(request.user).exclude(pk=organization.pk).order_by("name")
    year = clock.today().year
    context = {
        "organization": organization,
        "lines": benefit_of(organization),
        "others": others,
        "year": year,
        "year_before": year - 1,
        "nav": "benefit",
    }
    return render(request, "desk/benefit/page.html", context)
