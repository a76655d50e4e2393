"""The same norms and case in other engines."""

import itertools

import clingo
import owlrl
import rdflib
import reasonable
import synthetic
from synthetic import Facts, Rule

BASE = "http://example.org/"


def graph(found: list[Rule], facts: Facts) -> rdflib.Graph:
    """Triggers and a case as an rdflib graph."""
    return rdflib.Graph().parse(data=synthetic.ontology(found) + "\n" + synthetic.assertions(facts), format="turtle")


def members(triples: rdflib.Graph, found: list[Rule]) -> set[str]:
    """Norms whose trigger the case belongs to."""
    case = rdflib.URIRef(BASE + "c")
    return {r.name for r in found if (case, rdflib.RDF.type, rdflib.URIRef(f"{BASE}{r.name}T")) in triples}


def by_owlrl(found: list[Rule], facts: Facts) -> set[str]:
    """OWL 2 RL closure in Python."""
    triples = graph(found, facts)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(triples)
    return members(triples, found)


def by_reasonable(loaded: rdflib.Graph, found: list[Rule]) -> set[str]:
    """OWL 2 RL closure in Rust, from a graph that is already parsed."""
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(loaded)
    closed = {(str(s), str(o)) for s, p, o in reasoner.reason() if str(p) == str(rdflib.RDF.type)}
    return {r.name for r in found if (f"{BASE}c", f"{BASE}{r.name}T") in closed}


def program(found: list[Rule], facts: Facts) -> str:
    """Norms and a case as a logic program with grounded defeat."""
    lines = []
    for chain in (synthetic.HARMS, synthetic.TARGETS):
        lines += [f"{wide.lower()}(X) :- {narrow.lower()}(X)." for wide, narrow in itertools.pairwise(chain)]
    lines += [f"{f.lower()}(c)." for f in facts.flags]
    lines += [f"{facts.profession.lower()}(p).", f"{facts.harm.lower()}(t).", f"{facts.target.lower()}(v).", "who(c,p). threat(c,t). target(t,v)."]
    for r in found:
        flags = "".join(f", {f.lower()}(C)" for f in r.flags)
        harm, target = r.harm.lower(), r.target.lower()
        lines.append(f"applies({r.name},{r.act.lower()}) :- who(C,P), {r.profession.lower()}(P){flags}, threat(C,T), {harm}(T), target(T,V), {target}(V).")
        lines += [f"attacks({r.name},{o})." for o in r.overrides]
    for name in (*synthetic.FLAGS, *synthetic.PROFESSIONS, *synthetic.HARMS, *synthetic.TARGETS):
        lines.append(f"#defined {name.lower()}/1.")
    lines.append("effective(N,A) :- applies(N,A), not effective(M,A) : attacks(M,N).")
    return "\n".join([*lines, "#show effective/2.", "#show applies/2."])


def by_clingo(text: str) -> tuple[set[str], set[str]]:
    """(norms that apply, norms that are effective)."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], text)
    control.ground([("base", [])])
    shown: list[clingo.Symbol] = []
    control.solve(on_model=lambda m: shown.extend(m.symbols(shown=True)))
    return tuple({str(s.arguments[0]) for s in shown if s.name == name} for name in ("applies", "effective"))  # type: ignore[return-value]  # two names, two sets
