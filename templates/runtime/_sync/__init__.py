# Made from ../_async by `make generate`: change that.
"""The flow of a call: its attempts, an upload, a wait, and the client around them."""

# Written once, here; `make generate` makes the package beside this one from it.
