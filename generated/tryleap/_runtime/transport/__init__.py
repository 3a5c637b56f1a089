"""Connections: pool, limiter and deadlines."""
