"""The resources: operations as methods, in a sync and an async module each."""
