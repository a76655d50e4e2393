"""The first thing that a service does: let its dataset be loaded, by a process of its own, while it loads everything else itself."""

from api.sandbox.launch import Launched, launch
from api.settings import Settings, ontology_folder
from api.snapshot import kept
from api.sparql.limits import SparqlLimits
from engine.paths import data


def launch_early(settings: Settings) -> Launched | None:
    """Start the nursery of the body of norms that is served; None where no snapshot of it is kept yet, which then has to be built first."""
    dataset = kept(ontology_folder(settings, data("ontology")))
    return launch(dataset, SparqlLimits().shared_by(settings.workers).sandbox) if dataset else None
