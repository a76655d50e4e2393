"""One case against 300 norms, beside owlrl, reasonable and clingo; then real law. All in one run, answers cross-checked.

Prints a table in Markdown. Timing is the median of several runs of one process on a noisy machine: read the ratios.
"""

import datetime
import platform
import subprocess
import sys
from pathlib import Path

import peers
import synthetic
from timing import median_ms

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.assess import Assessor  # noqa: E402  the folder of the sources is put in the path first
from engine.case_files import load_case  # noqa: E402  the folder of the sources is put in the path first
from engine.cases import Case, Said, Thing, standard_things  # noqa: E402  the folder of the sources is put in the path first
from engine.decide import decide  # noqa: E402  the folder of the sources is put in the path first
from engine.explain import explain, explain_all  # noqa: E402  the folder of the sources is put in the path first
from engine.forum import compile_forum  # noqa: E402  the folder of the sources is put in the path first
from engine.knowledge import Knowledge, knowledge_of, load  # noqa: E402  the folder of the sources is put in the path first
from engine.scene import set_scene  # noqa: E402  the folder of the sources is put in the path first

COUNT, OWLRL_COUNT = 300, 50
DAY = datetime.date(2020, 1, 1)
BASE = "http://example.org/"


def case_of(kb: Knowledge, facts: synthetic.Facts) -> Case:
    """A synthetic case in the engine's own form. What is not stated is denied, for the peers know no unknown."""
    things = (*standard_things(kb.schema), Thing("t", BASE + "threat", "case"), Thing("v", BASE + "target", "t"))
    said = [("case", f) for f in facts.flags] + [("who", facts.profession), ("t", facts.harm), ("v", facts.target)]
    denied = [("case", f) for f in synthetic.FLAGS if f not in facts.flags] + [("who", p) for p in synthetic.PROFESSIONS if p != facts.profession]
    for thing, chain, value in (("t", synthetic.HARMS, facts.harm), ("v", synthetic.TARGETS, facts.target)):
        denied += [(thing, cls) for cls in chain[chain.index(value) + 1 :]]
    every = [(thing, cls, True) for thing, cls in said] + [(thing, cls, False) for thing, cls in denied]
    return Case("c", ("P",), DAY, DAY, things, tuple(Said(thing, BASE + cls, holds) for thing, cls, holds in every))


def row(name: str, milliseconds: float, base: float) -> None:
    """One line of the table."""
    print(f"| {name} | {milliseconds:,.2f} ms | {milliseconds / base:,.1f} × |")


def synthetic_run() -> None:
    """300 synthetic norms, one case, four engines."""
    found, facts = synthetic.rules(COUNT), synthetic.cases(1)[0]
    text = (ROOT / "ontology" / "norms.ttl").read_text(encoding="utf-8")
    kb = knowledge_of({"norms.ttl": text, "synthetic.ttl": synthetic.norms(found)})
    forum = compile_forum(kb, kb.jurisdictions["P"])
    case = case_of(kb, facts)

    def run() -> tuple[set[str], set[str]]:
        scene = set_scene(kb.schema, kb.template, case)
        rulings = decide(forum, scene, DAY, DAY).rulings.values()
        return {r.compiled.norm.id for r in rulings if r.applied}, {r.compiled.norm.id for r in rulings if r.surely}

    loaded, logic = peers.graph(found, facts), peers.program(found, facts)
    applied, effective = run()
    assert applied == peers.by_reasonable(loaded, found), "reasonable and dutygraph disagree on triggers"
    assert (applied, effective) == peers.by_clingo(logic), "clingo and dutygraph disagree on triggers or defeat"
    few = found[:OWLRL_COUNT]
    assert applied & {r.name for r in few} == peers.by_owlrl(few, facts), "owlrl and dutygraph disagree on triggers"
    own = median_ms(run, 200)
    print(f"\n## One case, {COUNT} synthetic norms; {len(applied)} apply, {len(effective)} are effective; answers agree\n")
    print("| engine | median | ratio |\n| --- | ---: | ---: |")
    row("dutygraph: facts to rulings", own, own)
    row("clingo, grounded and solved, no explanation", median_ms(lambda: peers.by_clingo(logic), 10), own)
    row("reasonable, closure of norms and case", median_ms(lambda: peers.by_reasonable(loaded, found), 5), own)
    row(f"owlrl, closure, only {OWLRL_COUNT} of the norms", median_ms(lambda: peers.by_owlrl(few, facts), 1), own)


def law_run() -> None:
    """The example case under the law of its forum, and the costs of loading."""
    load_ms = median_ms(lambda: load(ROOT / "ontology"), 5)
    kb = load(ROOT / "ontology")
    assessor = Assessor(kb)
    case = load_case(kb, str(ROOT / "examples" / "tarasoff.json"), DAY)
    forum = assessor.forum(case.jurisdictions[0])
    rulings_ms = median_ms(lambda: assessor.decide(case, case.jurisdictions[0]), 200)
    print(f"\n## The example case, {len(forum.norms)} norms of law, codes and guidance that reach {forum.place.code}\n")
    print("| step | median | ratio |\n| --- | ---: | ---: |")
    row("facts to rulings", rulings_ms, rulings_ms)
    row("assessment: answers, missing facts, clashes, questions", median_ms(lambda: assessor.assess(case, refined=False), 100), rulings_ms)
    row("the same, with answers settled over all completions", median_ms(lambda: assessor.assess(case), 50), rulings_ms)
    first = next(iter(assessor.assess(case).outcomes["obligation"].values())).norms[0]
    iri = kb.by_id[first].iri
    row("rulings and the explanation of one norm, down to the facts", median_ms(lambda: explain(assessor, case, case.jurisdictions[0], iri), 100), rulings_ms)
    row("explanations of all norms, down to the facts", median_ms(lambda: explain_all(assessor, case, case.jurisdictions[0]), 5), rulings_ms)
    row("compile the forum", median_ms(lambda: compile_forum(kb, forum.place), 10), rulings_ms)
    row(f"load {len(kb.norms)} norms from Turtle", load_ms, rulings_ms)
    command = [sys.executable, "-m", "engine.cli", "assess", str(ROOT / "examples" / "tarasoff.json")]
    row("the command, wall", median_ms(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True), 7), rulings_ms)


if __name__ == "__main__":
    today = datetime.datetime.now(tz=datetime.UTC).date()
    print(f"# Benchmarks\n\nWritten by `make bench`. Python {platform.python_version()}, {platform.machine()}, {today}.")
    print("A shared machine with two cores: read the ratios.")
    synthetic_run()
    law_run()
