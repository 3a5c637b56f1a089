"""What holds for all inputs, not only for those that somebody thought of."""
