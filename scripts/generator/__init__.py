"""Generate the client: openapi.yaml -> load -> validate -> prepare -> parse -> render -> format -> swap."""
