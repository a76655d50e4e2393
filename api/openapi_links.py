"""Where a client may go from an answer, as links of OpenAPI: what in the answer is a parameter of which other operation."""

from collections.abc import Mapping
from typing import Any

BODY = "$response.body#"
KEPT = {"assessment_id": f"{BODY}/kept/id"}
LINKS: Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]] = {
    ("assess", "201"): {"readAssessment": KEPT, "forgetAssessment": KEPT},
    ("listNorms", "200"): {"readNorm": {"norm_id": f"{BODY}/norms/0/id"}, "listDecisions": {"norm": f"{BODY}/norms/0/id"}},
    ("listJurisdictions", "200"): {"readJurisdiction": {"code": f"{BODY}/0/code"}, "listNorms": {"jurisdiction": f"{BODY}/0/code"}},
    ("listDecisions", "200"): {"readDecision": {"decision_id": f"{BODY}/0/id"}},
    ("readDecision", "200"): {"readNorm": {"norm_id": f"{BODY}/norms/0"}},
    ("listFacts", "200"): {"readFact": {"key": f"{BODY}/facts/0/key"}},
    ("listProblems", "200"): {"readProblem": {"kind": f"{BODY}/0/name"}},
    ("readAssessment", "200"): {"explainKept": {"assessment_id": f"{BODY}/id", "kind": "missing"}, "forgetAssessment": {"assessment_id": f"{BODY}/id"}},
}
"""(operation, status) → operation to go to → its parameters."""
BODIES: Mapping[tuple[str, str], str] = {("makeReceipt", "200"): "verifyReceipt"}
"""(operation, status) → operation that takes the whole answer as its body."""


def links_of(operation: str, status: str) -> dict[str, Any]:
    """The links of an answer, by the name of the operation that they lead to."""
    found: dict[str, Any] = {to: {"operationId": to, "parameters": dict(given)} for to, given in LINKS.get((operation, status), {}).items()}
    if (operation, status) in BODIES:
        to = BODIES[operation, status]
        found[to] = {"operationId": to, "requestBody": "$response.body"}
    return found
