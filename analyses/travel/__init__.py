"""How long it takes: matrices of minutes, reach, rides, waiting and detours."""
