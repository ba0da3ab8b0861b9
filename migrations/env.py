"""Runs the migrations on the connection that `storage.migrate` hands over.

Alembic executes this file by its path. There is no alembic.ini and no offline mode: whoever
wants to change the tables calls `storage.migrate`.
"""

from alembic import context

from storage import tables, tables_talk, tables_together
from storage.schema import metadata

__all__ = ["tables", "tables_talk", "tables_together"]  # imported so that `metadata` knows them

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite changes a table by making a new one; and it does so in our transaction.
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
