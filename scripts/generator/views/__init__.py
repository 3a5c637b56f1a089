"""Compute the data for the templates."""
