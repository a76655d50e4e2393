"""The SPARQL 1.1 Protocol over the ontology: `/sparql` and `/.well-known/void`, to be taken into an application (`service`)."""
