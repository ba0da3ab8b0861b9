"""One module per conversation, each a generator of steps."""
