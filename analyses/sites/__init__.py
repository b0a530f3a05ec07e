"""Where a thing would stand best: medians, covers, candidate sites."""
