"""What hangs on a row about a person is seen by whoever sees that row.

A policy asks for the parent by its key, so PostgreSQL applies the parent's own policy to that one
row. Who sits in an appointment and which interpreter it has are written by every booking and stay
without: they name staff and a language, and the way to the person leads through the appointment.
"""

from django.db import migrations

SYSTEM = "(SELECT kp_kind()) = 'system'"


def of_parent(parent: str, key: str) -> str:
    """Return who sees a row whose column `key` names a row of the table `parent`."""
    return f"{SYSTEM} OR EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {key})"


POLICIES = {
    "availability_poolmember": of_parent("people_person", "person_id"),
    "casework_jointsession": of_parent("visits_appointment", "appointment_id"),
    "newcomers_packeddocument": of_parent("visits_visit", "visit_id"),
    "newcomers_secondfactor": f"{SYSTEM} OR person_id = (SELECT kp_person())",  # her own pages
    "visits_arrival": of_parent("visits_appointment", "appointment_id"),
    "visits_queueticket": f"""{of_parent("visits_visit", "visit_id")}
        OR organization_id = (SELECT kp_organization()) AND (SELECT kp_sees_persons())""",
    "visits_repairtask_lost": of_parent("visits_repairtask", "repairtask_id"),
    "visits_waitingentry_services": of_parent("visits_waitingentry", "waitingentry_id"),
}
WALL = "".join(
    f"CREATE POLICY seen_with_its_parent ON {table} USING ({policy});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table, policy in POLICIES.items()
)
NO_WALL = "".join(
    f"DROP POLICY seen_with_its_parent ON {table};"
    f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
    f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in POLICIES
)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0005_shared_work_is_behind_the_second_wall"),
        ("availability", "0004_pools_cooling_and_absence"),
        ("newcomers", "0001_second_factor_and_packed_papers"),
        ("visits", "0009_visits_are_behind_the_second_wall"),
    ]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
