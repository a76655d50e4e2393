"""What one request to /sparql may ask of the server, in numbers; each has its name in the error that reports it."""

from dataclasses import dataclass, field, replace
from typing import Self

from api.sandbox.limits import MEBIBYTE, SandboxLimits


@dataclass(frozen=True, slots=True)
class SparqlLimits:
    """Limits of the endpoint.

    request_seconds: from the first byte of the request to the last of the answer; whoever reads more slowly is cut off.
    body_bytes: of a request's body. address_bytes: of its query string. body_seconds: for the body to arrive.
    graphs: names of graphs in one request. assessments: kept ones that one query may be about, where they are published;
    assessment_queries: how many such queries are worked on at once, others wait as those of the sandbox do.
    retry_after: seconds that a client is asked to wait when the service is busy.
    sandbox: limits of the processes that work on queries.
    """

    request_seconds: float = 14.0
    body_bytes: int = MEBIBYTE
    address_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    graphs: int = 100
    assessments: int = 100
    assessment_queries: int = 4
    retry_after: int = 2
    sandbox: SandboxLimits = field(default_factory=SandboxLimits)

    def shared_by(self, workers: int) -> Self:
        """The limits of each of several server processes. Fewer assessments fit where a process has less memory."""
        sandbox = self.sandbox.shared_by(workers)
        return replace(self, sandbox=sandbox, assessments=self.assessments * sandbox.memory // self.sandbox.memory)
