"""Measures that others have defined: SDG, PTAL, transport performance."""
