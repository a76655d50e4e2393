"""The cache gives what parsing gives, notices every change, and trusts nobody else's files."""

import pickle
from pathlib import Path

import pytest

from engine.cache import INDEXES, DormantGraph, load_cached

NORMS = (Path(__file__).resolve().parents[1] / "ontology" / "norms.ttl").read_text(encoding="utf-8")
LIBRARY = (Path(__file__).parent / "bodies" / "library.ttl").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small ontology, and a cache of its own."""
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "norms.ttl").write_text(NORMS, encoding="utf-8")
    (folder / "library.ttl").write_text(LIBRARY, encoding="utf-8")
    monkeypatch.setenv("DUTYGRAPH_CACHE", str(tmp_path / "cache"))
    return folder


def test_the_second_load_is_the_first(root: Path, tmp_path: Path) -> None:
    """Parsed once, read once, and equal."""
    first = load_cached(root)
    assert len(list((tmp_path / "cache").glob("*.pickle"))) == 1
    second = load_cached(root)
    assert second.digest == first.digest
    assert second.norms == first.norms


def test_a_change_is_noticed(root: Path) -> None:
    """Another text is another ontology."""
    first = load_cached(root)
    (root / "library.ttl").write_text(LIBRARY.replace("P14D", "P7D"), encoding="utf-8")
    assert load_cached(root).digest != first.digest


def test_a_file_that_others_can_write_is_not_read(root: Path, tmp_path: Path) -> None:
    """A pickle could run code, so one that is not ours alone is passed over."""
    load_cached(root)
    (kept,) = (tmp_path / "cache").glob("*.pickle")
    kept.write_bytes(b"not a pickle of ours")
    kept.chmod(0o666)
    assert load_cached(root).norms
    assert kept.read_bytes() != b"not a pickle of ours"


def test_no_cache_if_none_is_wanted(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty setting does without."""
    monkeypatch.setenv("DUTYGRAPH_CACHE", "")
    assert load_cached(root).norms
    assert not (tmp_path / "cache").exists()


def test_the_graph_is_read_when_it_is_asked(root: Path) -> None:
    """A graph from the cache has the indexes of the graph that was parsed, each read by itself, also by another process that it is sent to."""
    first = load_cached(root)
    second = load_cached(root)
    assert isinstance(second.graph, DormantGraph)
    for name in INDEXES:
        assert getattr(second.graph, name) == getattr(first.graph, name)
    assert pickle.loads(pickle.dumps(load_cached(root).graph)) == first.graph  # noqa: S301  our own, a moment ago
    with pytest.raises(AttributeError):
        _ = second.graph.by_colour  # type: ignore[attr-defined]  # it must not be there


def test_a_cache_of_an_earlier_form_is_passed_over(root: Path, tmp_path: Path) -> None:
    """What is not built as it should be is parsed again."""
    load_cached(root)
    (kept,) = (tmp_path / "cache").glob("*.pickle")
    for content in (pickle.dumps("other"), pickle.dumps(("a", "b")), b""):
        kept.write_bytes(content)
        assert load_cached(root).norms
