"""Every kind of explanation, by name."""

from collections.abc import Mapping

from engine.explanations.balance import BALANCE
from engine.explanations.base import Kind
from engine.explanations.compliance import COMPLIANCE
from engine.explanations.contrast import CONTRAST
from engine.explanations.missing import MISSING
from engine.explanations.question import NEXT_QUESTION
from engine.explanations.timeline import TIMELINE
from engine.explanations.what_if import WHAT_IF
from engine.explanations.why import WHY
from engine.explanations.why_not import WHY_NOT

KINDS = (WHY, WHY_NOT, MISSING, WHAT_IF, CONTRAST, NEXT_QUESTION, BALANCE, COMPLIANCE, TIMELINE)
EXPLANATIONS: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
