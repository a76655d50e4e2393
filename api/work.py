"""Work that takes milliseconds or more: in a few threads, with a bounded queue, so that the event loop is never held."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from fastapi import Depends, Request

from api.figures import Figures
from api.problems import Problem

P = ParamSpec("P")
R = TypeVar("R")
PATIENCE = 12.0
"""Seconds that a request waits for its turn and its answer; every request ends within fifteen."""
WORKING = PATIENCE - 1
"""Seconds after which work in parts is given up, while whoever asked still waits to be told."""
SOON = {"Retry-After": "2"}


def unfinished(fix: str) -> Problem:
    """What there is to say then: an answer is whole, or there is none."""
    return Problem("limit", f"not finished within {WORKING:g} seconds, the limit work_seconds", fix)


class Work:
    """A few threads and a queue. More than `waiting` in the queue is refused at once."""

    def __init__(self, threads: int, waiting: int, figures: Figures) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="work")
        self._room = threads + waiting
        self._here = 0
        self._threads = threads
        self._figures = figures

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function in a thread."""
        if self._here >= self._room:
            raise Problem("busy", f"{self._here} cases are waiting", headers=SOON)
        self._here += 1
        self._figures.wait(max(0, self._here - self._threads))
        try:
            call: Any = functools.partial(function, *args, **kwargs)
            return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(self._pool, call), PATIENCE)
        except TimeoutError as error:
            raise Problem("busy", f"no answer within {PATIENCE:g} seconds", headers=SOON) from error
        finally:
            self._here -= 1
            self._figures.wait(max(0, self._here - self._threads))

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)


async def the_work(request: Request) -> Work:
    """The threads of the application."""
    return cast("Work", request.app.state.work)


WorkDep = Annotated[Work, Depends(the_work)]
