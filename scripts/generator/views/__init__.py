"""Compute the data that templates print."""
