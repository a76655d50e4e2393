"""The facts of a case as RDF: its things, and each statement with where it comes from."""

from engine.record.quads import DERIVED, TYPED, Quads, boolean, iri, text
from engine.scene import Scene

Statements = dict[str, list[tuple[str, bool, str]]]
"""Name of a thing → what is said of it: class, whether it holds, node of the statement."""


def write_case(quads: Quads, scene: Scene) -> tuple[dict[str, str], Statements]:
    """Write things and statements; gives the node of every thing by name, and those of the statements."""
    case, schema = scene.case, scene.schema
    nodes = {thing.name: quads.node("thing") for thing in case.things}
    for thing in case.things:
        quads.add(nodes[thing.name], [("name", text(thing.name))])
        if thing.parent:
            quads.add(nodes[thing.parent], [(iri(thing.role), nodes[thing.name])])
    focus = nodes[case.things[0].name]
    statements: Statements = {}
    quads.add(focus, [(TYPED, iri(schema.focus))])
    quads.add(iri(quads.graph), [("case", focus), (DERIVED, focus)])
    for said in case.said:
        if said.holds:
            quads.add(nodes[said.thing], [(TYPED, iri(said.cls))])
        written = write_statement(quads, nodes[said.thing], said.cls, said.holds, said.origin)
        statements.setdefault(said.thing, []).append((said.cls, said.holds, written))
    for path, cls, holds, origin in case.about_acts:
        node = quads.make("acts", "AnyAct", [("name", text("whatever act is considered" + (", its " + path[-1].rsplit("#", 1)[-1] if path else "")))])
        write_statement(quads, node, cls, holds, origin)
    write_presumptions(quads, scene, nodes, statements)
    for taken in case.taken or ():
        node = quads.make("done", "ActDone", [("actName", text(taken.action))])
        quads.add(focus, [("taken", node)])
        if taken.toward in nodes:
            quads.add(node, [("toward", nodes[taken.toward])])
    return nodes, statements


def write_statement(quads: Quads, about: str, cls: str, holds: bool, origin: str) -> str:
    """That something is said, or presumed, of something."""
    return quads.make("fact", "Statement", [("about", about), ("class", iri(cls)), ("holds", boolean(holds)), ("origin", text(origin))])


def write_presumptions(quads: Quads, scene: Scene, nodes: dict[str, str], statements: Statements) -> None:
    """What is presumed of the things of the case, since nothing was said of it."""
    n, slots = scene.world.cases, {**scene.world.slot_of, scene.case.things[0].name: 0}  # the focus of a case in RDF has a name of its own
    for statement in scene.statements:
        if statement.origin == "presumed":
            for name, node in nodes.items():
                if statement.rows >> slots[name] * n & scene.world.block:
                    written = write_statement(quads, node, statement.cls, statement.holds, "presumed")
                    statements.setdefault(name, []).append((statement.cls, statement.holds, written))
