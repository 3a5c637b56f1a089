"""What two revisions of a contract, or two documents of one service, have not in common."""
