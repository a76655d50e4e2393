"""The law over HTTP: REST for apps, SPARQL for researchers. It imports the engine; the engine never imports it."""
