"""The report of a run, the comparison of two runs, and the review."""
