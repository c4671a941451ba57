"""What the service and chaos suites share: the program under test, its peers, a street, a client."""
