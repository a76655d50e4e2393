"""Many cases in one request: a case on each line in, an answer on each line out, in the same order, as they are ready."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.bodies import BATCH_BODY
from api.cases import Instead, case_of, document_of, form_of, text_of
from api.connections import PROGRESS
from api.described import Router
from api.law import Law, LawDep
from api.problems import Problem, body_of, documented, from_engine
from api.work import Work, WorkDep
from engine.as_json import assessment_json
from engine.case_files import Overriding
from engine.errors import DutygraphError

router = Router(prefix="/v1", tags=["assessments"])
MEDIA = "application/x-ndjson"
LINE = 1_000_000
BRIEF = ("id", "case", "law_as_of", "known_as_of", "law_version", "jurisdictions", "outcomes", "problems")
TOGETHER = 16
"""Cases that are worked on in one turn of a thread."""
Detail = Annotated[Literal["full", "outcomes"], Query(description="All of each assessment, or its answers without the statuses of norms.")]


@router.post(
    "/batch",
    operation_id="assessBatch",
    summary="Many cases, one on each line",
    response_class=Response,
    responses={
        200: {
            "description": "For each line that is not empty one line, in order: its number, and the assessment or the problem.",
            "content": {MEDIA: {"schema": {"type": "string"}}},
        },
        **documented("media-type", "invalid", "too-large", "timeout"),
    },
    openapi_extra=BATCH_BODY,
)
async def batch(request: Request, law: LawDep, work: WorkDep, instead: Instead, detail: Detail = "full") -> Response:
    """A case that cannot be read is a line with its problem, and the others are answered. An answer that breaks off is not complete."""
    form_of(request, (MEDIA, "application/ndjson", "application/jsonl"))
    return Lines(Batch(law, work, request.app.state.case_model, instead, detail), request.scope["request_id"])


class Batch:
    """What all lines of a batch share."""

    def __init__(self, law: Law, work: Work, model: type[BaseModel], instead: Overriding, detail: str) -> None:
        self.law, self.work, self.model, self.instead, self.detail = law, work, model, instead, detail

    def answers(self, lines: list[tuple[int, bytes]], request_id: str) -> bytes:
        """The answers to some lines."""
        return b"".join(to_json(self.answer(number, line, request_id)) + b"\n" for number, line in lines)

    def answer(self, number: int, line: bytes, request_id: str) -> dict[str, Any]:
        """The answer to one line."""
        try:
            case = case_of(self.law, self.model, document_of(text_of(short(line))), self.instead)
            found = assessment_json(self.law.assessor.assess(case))
        except Problem as problem:
            return {"line": number, "problem": body_of(problem, f"/v1/batch#{number}", request_id)}
        except DutygraphError as error:
            return {"line": number, "problem": body_of(from_engine(error), f"/v1/batch#{number}", request_id)}
        found["links"] = {"explanations": "/v1/explanations"}
        return {"line": number, "assessment": found if self.detail == "full" else {k: found[k] for k in BRIEF}}


def short(line: bytes) -> bytes:
    """A line that can be a case."""
    if len(line) > LINE:
        raise Problem("too-large", f"the line is longer than {LINE:,} bytes", "a case is a page of facts")
    return line


class Lines(Response):
    """A response that reads the body while it answers, whatever the client does first: what has come in waits in memory, bounded by the body limit."""

    def __init__(self, batch: Batch, request_id: str) -> None:
        super().__init__(status_code=200, media_type=MEDIA, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._batch, self._request_id = batch, request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        progress = scope.get("extensions", {}).get(PROGRESS, {}).get("call", lambda: None)
        reader = asyncio.create_task(self.read(receive, queue))
        try:
            begun = False
            async for block in blocks(queue, reader):
                if not begun:
                    await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                    begun = True
                body = await self._batch.work.run(self._batch.answers, block, self._request_id)
                await send({"type": "http.response.body", "body": body, "more_body": True})
                progress()
            if not begun:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            reader.cancel()

    async def read(self, receive: Receive, queue: asyncio.Queue[bytes | None]) -> None:
        """Read the whole body into the queue."""
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Problem("malformed", "the connection was closed")
                queue.put_nowait(message.get("body", b""))
                if not message.get("more_body", False):
                    return
        finally:
            queue.put_nowait(None)


async def blocks(queue: asyncio.Queue[bytes | None], reader: asyncio.Task[None]) -> AsyncIterator[list[tuple[int, bytes]]]:
    """Numbered lines that are not empty, a few at a time; a body that ends in error raises it."""
    rest, number, block = b"", 0, list[tuple[int, bytes]]()
    while True:
        part = await queue.get()
        lines = (rest + (part or b"")).split(b"\n")
        rest = lines.pop() if part is not None else b""
        for line in lines:
            number += 1
            if line.strip():
                block.append((number, line.strip()))
            if len(block) >= TOGETHER:
                yield block
                block = []
        if block and (part is None or queue.empty()):
            yield block
            block = []
        if part is None:
            await reader
            return
