"""Parts of a region file about programmes, hours at other houses, and new volunteers."""

from __future__ import annotations

from pydantic import BaseModel

from knotenpunkt.config.region.outreach import VolunteerEntry, WalkIns
from knotenpunkt.config.region.programmes import FactEntry, ProgrammeEntry


class OfferParts(BaseModel):
    programmes: list[ProgrammeEntry] = []
    programme_facts: list[FactEntry] = []
    walk_ins: list[WalkIns] = []
    volunteers: list[VolunteerEntry] = []
