"""Lists of corner points in workbooks and CSV into parcels."""
