"""The decision core: pure, without clock, randomness or files."""
