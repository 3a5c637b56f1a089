"""The runtime of the client: sending, retrying, uploading, decoding responses, waiting.

It is the same for every API. What differs between APIs is in `_package` (the HTTP library, the base error)
and in the `Settings` of a client. `_async/send.py` is one call from top to bottom; `_sync/` is made from
`_async/`. The modules beside them decide without I/O: what is retried (`retry`), how long to pause
(`backoff`), when a wait is over (`wait_policy`), what an error says (`error_messages`).
"""
