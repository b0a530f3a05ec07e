"""What lies round a stop whose place may be uncertain, and what it makes of the stop."""
