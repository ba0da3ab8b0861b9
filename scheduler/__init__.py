"""When: knows slots, hours and gaps, and nothing of what is said then."""
