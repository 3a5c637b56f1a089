"""Generate the client: load -> validate -> prepare -> parse -> ir -> views -> render -> format -> swap."""
