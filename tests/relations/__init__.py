"""What must hold of any city: one register of properties and relations, tried short by the test suite, long by `make trust`."""
