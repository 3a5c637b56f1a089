"""Everything that can go wrong between client and service, and what the client must make of it."""
