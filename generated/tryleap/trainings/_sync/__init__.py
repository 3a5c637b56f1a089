# Made from ../_async by `make generate`: change that.
"""The flow of a training, written once; `_sync/` is made from it by `make generate`."""
