"""What can be reached: opportunities, decay, floating catchments, equity of what is found."""
