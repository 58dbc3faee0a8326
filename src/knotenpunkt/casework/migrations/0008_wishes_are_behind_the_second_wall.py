"""The wish to interpret for others: seen by those who see the file."""

from django.db import migrations

WALL = """
CREATE POLICY wishes_are_seen_by_those_who_see_the_file ON casework_interpreterwish USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR (SELECT kp_works_on_cases()) AND kp_has_file(person_id)
);
ALTER TABLE casework_interpreterwish ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework_interpreterwish FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY wishes_are_seen_by_those_who_see_the_file ON casework_interpreterwish;
ALTER TABLE casework_interpreterwish NO FORCE ROW LEVEL SECURITY;
ALTER TABLE casework_interpreterwish DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_the_wish_to_interpret")]
    operations = [migrations.RunSQL(WALL, NO_WALL)]
