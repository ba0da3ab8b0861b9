"""A Slack to test against: npm's emulate, what it lacks, and people who use a client."""
