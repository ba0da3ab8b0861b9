"""Conversations: what Holdfast says, hears and keeps."""
