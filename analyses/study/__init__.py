"""A study file: read, checked, run. It holds no analysis of its own."""
