"""What the ground is used for: mix, densities, balance, floor space, along a line, from one zoning to another."""
