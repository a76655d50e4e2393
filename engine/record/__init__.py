"""An assessment written as RDF, in a named graph of its own."""
