"""The chats that Holdfast speaks in, one folder each."""
