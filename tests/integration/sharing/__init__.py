"""One client among many: threads, tasks, processes, a cluster, a tracer."""
