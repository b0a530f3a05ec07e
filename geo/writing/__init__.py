"""Frames and rasters into files, all or nothing."""
