"""What a developer runs: set-up, checks, the demo, and what keeps the tools current."""
