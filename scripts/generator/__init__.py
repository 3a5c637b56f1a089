"""The generator: openapi.yaml -> load -> validate -> prepare -> parse -> render -> format -> swap."""
