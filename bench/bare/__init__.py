"""The baselines: what a careful engineer would write by hand for this one job, and nothing else."""
