"""Connections: pools, the limiter, deadlines, and what the exceptions of the HTTP library mean."""
