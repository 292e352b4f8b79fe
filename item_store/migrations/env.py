"""What alembic runs: the migrations, on the connection it was given."""

from alembic import context

from item_store.tables import metadata
from item_store.tables.learning import learned_aliases  # noqa: F401 - declares its tables
from item_store.tables.liaison import deliveries  # noqa: F401 - declares its tables
from item_store.tables.review import cases  # noqa: F401 - declares its tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
