"""Legal holds: seen by the data protection officer of the house that holds the file."""

from django.db import migrations

WALL = """
CREATE POLICY holds_are_seen_by_the_officer_of_the_house ON people_legalhold USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR (SELECT kp_role()) = 'data_protection_officer' AND EXISTS (
        SELECT 1 FROM people_person p
        WHERE p.id = person_id AND p.organization_id = (SELECT kp_organization())
    )
);
ALTER TABLE people_legalhold ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_legalhold FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY holds_are_seen_by_the_officer_of_the_house ON people_legalhold;
ALTER TABLE people_legalhold NO FORCE ROW LEVEL SECURITY;
ALTER TABLE people_legalhold DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0008_keeping")]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
