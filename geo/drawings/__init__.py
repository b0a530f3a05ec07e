"""DXF drawings into frames and back: blocks, arcs, hatches, legacy text, parcels and their labels."""
