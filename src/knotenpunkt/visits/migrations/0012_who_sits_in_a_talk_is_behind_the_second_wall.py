"""Who sits in an appointment, and its interpreter: seen by whoever sees the appointment.

A booking writes both as the system, which the first question of the policy answers.
"""

from importlib import import_module

from django.db import migrations

of_parent = import_module(
    "knotenpunkt.casework.migrations.0006_children_are_behind_the_second_wall"
).of_parent

TABLES = ("visits_appointment_staff", "visits_interpreterassignment")
POLICY = of_parent("visits_appointment", "appointment_id")
WALL = "".join(
    f"CREATE POLICY seen_with_its_parent ON {table} USING ({POLICY});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table in TABLES
)
NO_WALL = "".join(
    f"DROP POLICY seen_with_its_parent ON {table};"
    f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
    f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0011_a_visit_is_booked_in_one_call"),
        ("casework", "0006_children_are_behind_the_second_wall"),
    ]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
