"""Volunteers on their way into the pool: seen by whoever coordinates interpreters."""

from django.db import migrations

WALL = """
CREATE POLICY paths_are_seen_by_who_coordinates_interpreters ON visits_interpreterpath USING (
    (SELECT kp_kind()) = 'system'
    OR (SELECT kp_role()) IN ('interpreter_coordinator', 'coordinator')
        AND EXISTS (
            SELECT 1 FROM network_organization o
            WHERE o.id = (SELECT kp_organization()) AND o.network_id = visits_interpreterpath.network_id
        )
);
ALTER TABLE visits_interpreterpath ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits_interpreterpath FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY paths_are_seen_by_who_coordinates_interpreters ON visits_interpreterpath;
ALTER TABLE visits_interpreterpath NO FORCE ROW LEVEL SECURITY;
ALTER TABLE visits_interpreterpath DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0013_the_way_into_the_pool"),
        ("people", "0004_row_level_security"),
    ]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
