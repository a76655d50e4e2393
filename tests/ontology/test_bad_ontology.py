"""What an editor gets wrong is said with file, line, norm, problem and cure: each file in bad/ beside its message."""

from pathlib import Path

import pytest

from engine.errors import OntologyError
from engine.forum import compile_forum
from engine.knowledge import knowledge_of

HERE = Path(__file__).parent
ONTOLOGY = HERE.parents[1] / "ontology"
SHARED = {name: (ONTOLOGY / name).read_text(encoding="utf-8") for name in ("norms.ttl", "domain.ttl", "jurisdictions.ttl")}


def load_and_compile(path: Path) -> None:
    """What an editor's first command does with a file."""
    kb = knowledge_of(SHARED | {path.name: path.read_text(encoding="utf-8")})
    compile_forum(kb, kb.jurisdictions["US-CA"])


@pytest.mark.parametrize("path", sorted((HERE / "bad").glob("*.ttl")), ids=lambda p: p.stem)
def test_bad_file_is_refused(path: Path) -> None:
    """The message is the one in the file of the same name, to the letter."""
    with pytest.raises(OntologyError) as caught:
        load_and_compile(path)
    assert str(caught.value) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")
