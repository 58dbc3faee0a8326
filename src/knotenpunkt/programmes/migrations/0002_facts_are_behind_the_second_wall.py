"""What is known of a person for programmes: seen by those who see the file."""

from django.db import migrations

WALL = """
CREATE POLICY programme_facts_are_seen_by_those_who_see_the_file ON programmes_personfact USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR (SELECT kp_works_on_cases()) AND kp_has_file(person_id)
);
ALTER TABLE programmes_personfact ENABLE ROW LEVEL SECURITY;
ALTER TABLE programmes_personfact FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY programme_facts_are_seen_by_those_who_see_the_file ON programmes_personfact;
ALTER TABLE programmes_personfact NO FORCE ROW LEVEL SECURITY;
ALTER TABLE programmes_personfact DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_programmes_in_phases"),
        ("casework", "0004_the_file_is_behind_the_second_wall"),
    ]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
