"""Trainings that survive crashes: what the journal holds, and what is sent because of it."""
