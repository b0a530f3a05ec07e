"""Planning practice in Vietnam: how many people to plan for, the land-use balance, norms, the sheet of a station."""
