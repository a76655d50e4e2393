"""Which facts could make an answer `depends` that in truth depends on nothing.

Kleene's connectives are exact for a formula in which no fact counts both ways. So only facts that do, or whose values
pull against each other, have to be tried (engine/search/settle.py).
"""

from functools import lru_cache

from engine.axioms import Axioms
from engine.forum import Forum
from engine.nodes import Complement, NamedClass
from engine.schema import Schema

Literals = frozenset[tuple[str, bool]]
"""(class, whether more of it helps the norm to be effective)."""
REMEMBERED = 4096


class Polarities:
    """Literals of norms and of sets of norms, worked out once for a forum."""

    def __init__(self, forum: Forum, schema: Schema) -> None:
        self._forum, self._schema = forum, schema
        self._derived = {d.cls: d for d in forum.derived}
        self._places = {node.iri: i for i, node in enumerate(forum.program.nodes) if isinstance(node, NamedClass)}
        self._norms: dict[str, Literals] = {}
        self.suspects = lru_cache(REMEMBERED)(self._suspects)
        self.beneath = lru_cache(None)(self._beneath)

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

    def _beneath(self, cls: str) -> frozenset[str]:
        """Classes of the facts that a class is, or is defined by."""
        place = self._places.get(cls)
        found: set[tuple[str, bool]] = {(cls, True)}
        if place is not None:
            self._walk(place, True, found, set(), frozenset())
        return frozenset(c for c, _ in found)

    def _suspects(self, literals: Literals) -> frozenset[str]:
        """Keys of the facts that Kleene's value is not exact for: a class counts both ways, or two pull against each other."""
        signs: dict[str, set[bool]] = {}
        for cls, sign in literals:
            signs.setdefault(cls, set()).add(sign)
        axioms, key = self._schema.axioms, {cls: self._schema.fact_of[cls][0].key for cls in signs}
        found = {key[cls] for cls, both in signs.items() if len(both) > 1}
        for one, ways in signs.items():
            for other in (axioms.wider(one) | axioms.barred(one)) & signs.keys() - {one}:
                if pull_apart(axioms, one, ways, other, signs[other]):
                    found |= {key[one], key[other]}
        return frozenset(found)


def pull_apart(axioms: Axioms, one: str, ones: set[bool], other: str, others: set[bool]) -> bool:
    """Whether two classes cannot both be as an extreme wants them: they exclude each other, or one implies the other and they count opposite ways."""
    return (other in axioms.barred(one) and bool(ones & others)) or (other in axioms.wider(one) and ones != others)
