"""All indicators by their code. A new one is a row here; promises name it by its code."""

from __future__ import annotations

from collections.abc import Mapping

from knotenpunkt.evaluation.indicators.kinds import Indicator
from knotenpunkt.evaluation.indicators.offered import OFFERED
from knotenpunkt.evaluation.indicators.outcomes import OUTCOMES
from knotenpunkt.evaluation.indicators.shared_work import SHARED_WORK
from knotenpunkt.evaluation.indicators.together import TOGETHER

INDICATORS: Mapping[str, Indicator] = {
    it.code: it for it in (*SHARED_WORK, *OFFERED, *TOGETHER, *OUTCOMES)
}
