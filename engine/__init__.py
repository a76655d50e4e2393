"""dutygraph: a reasoner for norms written as OWL, with facts that may be unknown and norms that may be defeated."""
