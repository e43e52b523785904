"""Run by Alembic. The connection and the metadata are handed over by `tracker.schema`; nothing is read from a file."""

from alembic import context

config = context.config


def include_object(obj, name, type_, reflected, compare_to):
    """Leave out what the models do not describe: full-text shadow tables and indexes made by hand in a revision."""
    info = config.attributes.get("unmanaged", frozenset())
    return not (reflected and compare_to is None and (name in info or any(name.startswith(f"{u}_") for u in info)))


def render_item(type_, obj, autogen_context):
    """Write our own column type as the plain one it is, so that a revision needs nothing of the tracker."""
    return "sa.DateTime(timezone=True)" if type_ == "type" and type(obj).__name__ == "UTCDateTime" else False


def run() -> None:
    context.configure(
        connection=config.attributes["connection"],
        target_metadata=config.attributes["metadata"],
        include_object=include_object,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    # The caller has begun the transaction: what a revision does and its number stand or fall together.
    context.run_migrations()


run()
