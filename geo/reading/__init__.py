"""Files into frames and rasters: what is read is checked."""
