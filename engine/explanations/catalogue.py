"""Every kind of explanation, by name."""

from collections.abc import Mapping

from engine.explanations.balance import BALANCE
from engine.explanations.base import Kind
from engine.explanations.compliance import COMPLIANCE
from engine.explanations.contrast import CONTRAST
from engine.explanations.timeline import TIMELINE
from engine.explanations.why import WHY
from engine.explanations.why_not import WHY_NOT

EXPLANATIONS: Mapping[str, Kind] = {kind.name: kind for kind in (WHY, WHY_NOT, CONTRAST, BALANCE, COMPLIANCE, TIMELINE)}
