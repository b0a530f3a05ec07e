"""What README promises, tried at length: `make trust` runs everything, the test suite a short round of each."""
