"""Which calendars a transaction has changed, noted by the database itself (docs/adr/0010).

One row a statement, with the number of its transaction: readers that keep calendars in memory ask
which transactions they have not seen yet. Persons are never noted: nobody keeps their times.
`availability_changehorizon` says from which transaction on the notes are complete.
"""

from django.db import migrations

TABLES = """
CREATE TABLE availability_change (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    is_directory boolean NOT NULL DEFAULT false,
    calendars uuid[]  -- NULL: all of them
);
CREATE INDEX availability_change_xid ON availability_change (xid);
CREATE TABLE availability_changehorizon (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    complete_from xid8 NOT NULL,
    next xid8 NOT NULL
);
INSERT INTO availability_changehorizon (complete_from, next)
    SELECT oldest, oldest FROM pg_snapshot_xmin(pg_current_snapshot()) AS oldest;
"""
NO_TABLES = "DROP TABLE availability_change; DROP TABLE availability_changehorizon"

NOTE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO availability_change (calendars)
        SELECT array_agg(DISTINCT resource) FROM ({changed}) AS it HAVING count(*) > 0;
    RETURN NULL;
END $$;
"""
NOTE_DIRECTORY = """
CREATE FUNCTION kp_note_directory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO availability_change (is_directory, calendars) VALUES (true, '{}');
    RETURN NULL;
END $$;
CREATE FUNCTION kp_note_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO availability_change (is_directory) VALUES (true);
    RETURN NULL;
END $$;
"""
TIMES = {
    "availability_openinterval": "",
    "availability_coolingtime": "",
    "availability_occupancy": "WHERE kind <> 'person'",
}
DIRECTORY = (
    "availability_groupsession",
    "availability_interpreter",
    "directory_service",
    "directory_service_produces",
    "directory_service_requires",
    "directory_service_staff",
    "directory_serviceatlocation",
    "directory_serviceatlocation_municipalities",
    "directory_token",
    "network_location",
    "network_staffmember",
    "network_traveltime",
)


def watch_times(table: str, condition: str) -> tuple[str, str]:
    """Return how to note, and no longer note, the calendars that a statement changes."""
    name = table.replace("availability_", "kp_note_")
    old, new = (f"SELECT resource FROM {rows} {condition}" for rows in ("old_rows", "new_rows"))
    rows = {
        "insert": (new, "NEW TABLE AS new_rows"),
        "update": (f"{old} UNION ALL {new}", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        "delete": (old, "OLD TABLE AS old_rows"),
    }
    forward = "".join(
        NOTE.format(name=f"{name}_{event}", changed=changed)
        + f"CREATE TRIGGER note_{event} AFTER {event} ON {table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_{event}();"
        for event, (changed, tables) in rows.items()
    )
    return forward, "".join(f"DROP FUNCTION {name}_{event} CASCADE;" for event in rows)


def watch(table: str, events: str, function: str) -> str:
    return (
        f"CREATE TRIGGER note_{events.split()[0]}_of_all AFTER {events} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0006_times_are_taken_in_one_call"),
        ("directory", "0006_places_for_municipalities"),
        ("network", "0004_an_organization_shows_itself_when_ready"),
    ]

    operations = [
        migrations.RunSQL(TABLES, NO_TABLES),
        *(migrations.RunSQL(*watch_times(table, which)) for table, which in TIMES.items()),
        migrations.RunSQL(
            NOTE_DIRECTORY,
            "DROP FUNCTION kp_note_directory CASCADE; DROP FUNCTION kp_note_everything CASCADE",
        ),
        *(
            migrations.RunSQL(
                watch(table, "INSERT OR UPDATE OR DELETE", "kp_note_directory"),
                migrations.RunSQL.noop,
            )
            for table in DIRECTORY
        ),
        *(
            migrations.RunSQL(
                watch(table, "TRUNCATE", "kp_note_everything"), migrations.RunSQL.noop
            )
            for table in (*TIMES, *DIRECTORY)
        ),
    ]
