"""Reading a document: load it, validate it, and find the line of each problem."""
