"""Reports: each listens to the events of a run and does nothing else."""
