"""What streets and lines are worth: centrality, failures and their losses, screenlines."""
