"""What the operations of each resource send, and how their answers are read. No module here does any I/O."""
