"""Places of a cohort: seen by those who see the file, as `cohorts.queries` says."""

from django.db import migrations

WALL = """
CREATE POLICY places_are_seen_by_those_who_see_the_file ON cohorts_cohortplace USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR organization_id = (SELECT kp_organization())
        AND (SELECT kp_role()) IN ('coordinator', 'lead')
        AND kp_has_file(person_id)
);
ALTER TABLE cohorts_cohortplace ENABLE ROW LEVEL SECURITY;
ALTER TABLE cohorts_cohortplace FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY places_are_seen_by_those_who_see_the_file ON cohorts_cohortplace;
ALTER TABLE cohorts_cohortplace NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cohorts_cohortplace DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0001_people_who_are_planned_together"),
        ("casework", "0004_the_file_is_behind_the_second_wall"),
    ]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
