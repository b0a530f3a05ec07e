"""OpenStreetMap: its tags as layers of ours, files read in one pass, servers asked within bounds."""
