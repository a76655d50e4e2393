"""Answers of queries over the law that were given before. The law does not change while a process lives, so neither do they.

What is remembered went through a child, within every limit, and was whole. Queries whose answer is another each time are not
remembered, nor any that is about an assessment.
"""

import re
from collections import OrderedDict
from collections.abc import Callable

LONGEST, LARGEST, TOGETHER = 1 << 13, 1 << 16, 1 << 24
"""Bytes of a query, of an answer, and of all queries and answers together."""
CHANGING = re.compile(rb"\b(?:now|rand|uuid|struuid|bnode)\b|\\u", re.IGNORECASE)
"""Functions that give something else each time; or an escape, behind which one may hide."""

Answer = tuple[bytes, bytes]
"""(media type, body)."""


class Memory:
    """A few answers, the one asked for least lately forgotten first. room: how many, 0 for none. told: called when one is given."""

    def __init__(self, room: int = 0, told: Callable[[], None] = lambda: None) -> None:
        self._room, self._told = room, told
        self._answers: OrderedDict[tuple[bytes, bytes], Answer] = OrderedDict()
        self._size = 0

    def get(self, head: bytes, query: bytes) -> Answer | None:
        """The answer to a job, by its head (base, forms, graphs) and its query."""
        found = self._answers.get((head, query))
        if found is not None:
            self._answers.move_to_end((head, query))
            self._told()
        return found

    def put(self, head: bytes, query: bytes, answer: Answer) -> None:
        """Remember an answer that was whole, if it is short and will be the same again."""
        key = head, query
        if not self._room or key in self._answers or len(query) > LONGEST or len(answer[1]) > LARGEST or CHANGING.search(query):
            return
        self._answers[key] = answer
        self._size += size(key, answer)
        while len(self._answers) > self._room or self._size > TOGETHER:
            self._size -= size(*self._answers.popitem(last=False))


def size(key: tuple[bytes, bytes], answer: Answer) -> int:
    """Bytes that an answer takes, with its question."""
    return sum(map(len, (*key, *answer)))
