"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from knotenpunkt.foundation.languages import direction
from knotenpunkt.web.desk.navigation import booking_tabs_for, entries_for


def page(request: HttpRequest) -> dict[str, Any]:
    """Return language, direction and whether this is a demo."""
    language = (get_language() or "de")[:2]
    staff_member = getattr(getattr(request, "user", None), "staff_member", None)
    role = staff_member.role if staff_member else None
    return {
        "page_language": language,
        "page_direction": direction(language),
        "desk_languages": settings.DESK_LANGUAGES,
        "is_demo": settings.IS_DEMO,
        "navigation": entries_for(role),
        "booking_tabs": booking_tabs_for(role),
    }
