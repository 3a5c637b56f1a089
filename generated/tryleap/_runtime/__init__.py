"""The runtime of the client: sending, retrying, uploading, reading answers, waiting.

It is the same for every API and knows none. What it must know of one comes from the rendered modules around
it: `_http` (which HTTP library), `_names` (what the base error is called) and the `Settings` that a client
passes in. Whatever decides here does no I/O: pure functions, and generators that yield what is to be done.
Two small drivers in `drivers` do it, one sync and one async.
"""
