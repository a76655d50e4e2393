"""What the service answers, as models: the schemas of OpenAPI, against which the tests hold the answers. A file for each topic."""
