"""One option against another: comparison, sweeps, costs, chains of freight."""
