"""Load a document, validate it, and find the line of each problem."""
