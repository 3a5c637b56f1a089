"""The operations of each resource, and functions that describe calls of them. Without I/O."""
