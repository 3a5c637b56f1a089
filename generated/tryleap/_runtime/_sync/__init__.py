# Made from ../_async by `make generate`: change that.
"""The flow of a call: its attempts, an upload, a wait, and the client around them."""

# `make generate` makes `_sync/` from these modules.
