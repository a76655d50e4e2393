"""Which facts could make an answer `depends` that in truth depends on nothing.

Kleene's connectives are exact for a formula in which no fact counts both ways. So only facts that do, or whose values
rule each other out, have to be tried (engine/refine.py).
"""

from collections.abc import Iterable

from engine.forum import Forum
from engine.nodes import Complement, NamedClass
from engine.schema import Schema

Literals = frozenset[tuple[str, bool]]
"""(class, whether more of it helps the norm to be effective)."""


class Polarities:
    """Literals of norms and of sets of norms, worked out once for a forum."""

    def __init__(self, forum: Forum, schema: Schema) -> None:
        self._forum, self._schema = forum, schema
        self._derived = {d.cls: d for d in forum.derived}
        self._norms: dict[str, Literals] = {}
        self._suspects: dict[tuple[str, ...], frozenset[str]] = {}

    def of_norm(self, iri: str, path: frozenset[str] = frozenset()) -> Literals:
        """The literals of a norm: its conditions as they stand, those of its attackers turned round."""
        if iri in self._norms or iri in path or iri not in self._forum.norms:
            return self._norms.get(iri, frozenset())
        c = self._forum.norms[iri]
        roots = [n for n in (c.bearer, c.trigger, c.where, *c.opposites) if n is not None]
        roots += [n for leaf in c.leaves for n in (leaf.node, leaf.condition) if n is not None]
        found: set[tuple[str, bool]] = set()
        for root in roots:
            self._walk(root, True, found, set(), path | {iri})
        for override in c.attackers:
            found |= {(cls, not sign) for cls, sign in self.of_norm(override.winner, path | {iri})}
        self._norms[iri] = frozenset(found)
        return self._norms[iri]

    def _walk(self, place: int, sign: bool, found: set[tuple[str, bool]], seen: set[tuple[int, bool]], path: frozenset[str]) -> None:
        if (place, sign) in seen:
            return
        seen.add((place, sign))
        node = self._forum.program.nodes[place]
        if isinstance(node, NamedClass):
            if node.iri in self._derived:
                for iri in self._derived[node.iri].norms:
                    found |= {(cls, s == sign) for cls, s in self.of_norm(iri, path)}
            if node.iri in self._schema.fact_of:
                found.add((node.iri, sign))
        rivals = node.disjoint_with if isinstance(node, NamedClass) else ()
        for part in node.parts:
            self._walk(part, sign != (isinstance(node, Complement) or part in rivals), found, seen, path)

    def suspects(self, norms: tuple[str, ...]) -> frozenset[str]:
        """Classes of the facts that count both ways, or whose values exclude each other, among the literals of some norms."""
        if norms not in self._suspects:
            literals = frozenset().union(*(self.of_norm(iri) for iri in norms))
            self._suspects[norms] = frozenset(self._find(literals))
        return self._suspects[norms]

    def _find(self, literals: Iterable[tuple[str, bool]]) -> Iterable[str]:
        by_fact: dict[str, list[tuple[str, bool]]] = {}
        for cls, sign in literals:
            by_fact.setdefault(self._schema.fact_of[cls][0].key, []).append((cls, sign))
        for found in by_fact.values():
            signs = {sign for _, sign in found}
            classes = sorted({cls for cls, _ in found})
            rivals = any(b in self._schema.axioms.barred(a) for a in classes for b in classes)
            if len(signs) > 1 or rivals:
                yield from classes
