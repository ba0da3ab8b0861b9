"""Migrations: how the tables came to be, one small reversible step a file."""
