"""What each department makes of a chunk's history: its records, in its own words."""
