"""Putting things in order of dependence, and finding what depends on itself."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def components(count: int, parts: Sequence[Iterable[int]]) -> list[tuple[int, ...]]:
    """Strongly connected components of 0 … count-1, each after those it depends on (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[tuple[int, ...]] = []
    for root in range(count):
        if root in index:
            continue
        work = [(root, iter(parts[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for part in rest:
                if part not in index:
                    index[part] = low[part] = len(index)
                    stack.append(part)
                    on_stack.add(part)
                    work.append((part, iter(parts[part])))
                    break
                if part in on_stack:
                    low[node] = min(low[node], index[part])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    group = tuple(sorted(stack[cut:]))
                    del stack[cut:]
                    on_stack.difference_update(group)
                    found.append(group)
    return found


def sort_by_dependence(items: Sequence[T], needs: Mapping[T, Iterable[T]]) -> tuple[list[T], list[tuple[T, ...]]]:
    """(items, each after what it needs; the groups that need each other). Items keep their order where nothing forces another."""
    place = {item: i for i, item in enumerate(items)}
    parts = [sorted(place[n] for n in needs.get(item, ()) if n in place) for item in items]
    groups = components(len(items), parts)
    cycles = [tuple(items[i] for i in g) for g in groups if len(g) > 1 or g[0] in parts[g[0]]]
    return [items[i] for g in groups for i in g], cycles
