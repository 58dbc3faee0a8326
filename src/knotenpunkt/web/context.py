"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from knotenpunkt.foundation.languages import direction


def page(request: HttpRequest) -> dict[str, Any]:
    """Return language, direction and whether this is a demo."""
    language = (get_language() or "de")[:2]
    return {
        "page_language": language,
        "page_direction": direction(language),
        "is_demo": settings.IS_DEMO,
    }
