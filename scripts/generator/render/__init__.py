"""Rendering: filters, templates, formatting and the atomic write."""
