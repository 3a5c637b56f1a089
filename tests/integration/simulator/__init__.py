"""Tests of what is written for this API by hand: the simulator, the pytest fixture, the webhooks."""
