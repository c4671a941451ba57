"""The tests, by what they are about. Each takes the World; see ../run for the order."""
