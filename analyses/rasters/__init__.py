"""What cells say: land cover, terrain, the cost of crossing them."""
