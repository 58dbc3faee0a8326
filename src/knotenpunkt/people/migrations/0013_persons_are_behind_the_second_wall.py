"""Persons and what hangs on them: seen by their house, by themselves, and by living grant.

Whom a house knows because she comes to it, `visits` adds with a policy of its own. Weekly times and
states she holds go to those who plan for her by grant; matters and residence facts stay at home.
The data protection officer deletes files of the own house and needs their keys; pages show no name.
"""

from importlib import import_module

from django.db import migrations

question = import_module("knotenpunkt.people.migrations.0012_policies_ask_about_grants").question

SYSTEM = "(SELECT kp_kind()) = 'system'"
OWN_HOUSE = "(SELECT kp_organization())"
IN_FILE = "(SELECT kp_reads_contents()) AND kp_is_of_house({0}) AND kp_leads({0})"
OWN_FILE = (
    f"{SYSTEM} OR person_id = (SELECT kp_person()) OR {IN_FILE.format('person_id')}"
)
BY_GRANT = "(SELECT kp_may_receive()) AND kp_is_shared({})"

POLICIES = {
    "people_person": f"""{SYSTEM} OR id = (SELECT kp_person())
        OR organization_id = {OWN_HOUSE} AND (
            (SELECT kp_role()) = 'data_protection_officer'
            OR (SELECT kp_reads_contents()) AND (
                (SELECT kp_role()) <> 'confidential_worker'
                OR case_lead_id = (SELECT kp_staff_member())
            )
        )
        OR {BY_GRANT.format("id")}""",
    "people_household": f"""{SYSTEM}
        OR EXISTS (SELECT 1 FROM people_person p WHERE p.household_id = people_household.id)""",
    "people_unavailablewindow": f"{OWN_FILE} OR {BY_GRANT.format('person_id')}",
    "people_heldtoken": f"{OWN_FILE} OR {BY_GRANT.format('person_id')}",
    "people_need": OWN_FILE,
    "people_residencefacts": OWN_FILE,
    "people_duplicatepair": f"""{SYSTEM}
        OR {IN_FILE.format("first_id")} AND {IN_FILE.format("second_id")}""",
}
# Whom a house sees in its log and its holds does not depend on who of the house asks.
OF_HOUSE = question(
    "kp_is_of_house(subject uuid)",
    "SELECT 1 FROM people_person p WHERE p.id = $1 AND p.organization_id = kp_organization()",
)
LOG_AND_HOLDS = """
ALTER POLICY reads_are_read_by_the_person_and_her_organization ON people_readentry USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR organization_id = (SELECT kp_organization())
    OR (SELECT kp_kind()) = 'staff' AND {log}
);
ALTER POLICY holds_are_seen_by_the_officer_of_the_house ON people_legalhold USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR (SELECT kp_role()) = 'data_protection_officer' AND {log}
);
ALTER POLICY emergencies_are_seen_by_the_house_that_holds_the_file ON people_emergencyaccess USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person())
    OR (SELECT kp_reads_contents() OR kp_role() = 'data_protection_officer')
        AND (SELECT kp_role()) <> 'front_desk'
        AND {emergency}
        AND kp_leads(subject_id)
);
"""
BY_ROW = """EXISTS (
    SELECT 1 FROM people_person p
    WHERE p.id = {} AND p.organization_id = (SELECT kp_organization())
)"""


def of_house(question: str) -> str:
    """Return the policies of log, holds and emergencies with this question about the person."""
    return LOG_AND_HOLDS.format(
        log=question.format("person_id"), emergency=question.format("subject_id")
    )


# A household is written before anybody lives in it.
MOVING_IN = """
CREATE POLICY written_before_anybody_lives_there ON people_household FOR INSERT WITH CHECK (
    (SELECT kp_reads_contents())
);
"""
NOBODY_MOVES_IN = "DROP POLICY written_before_anybody_lives_there ON people_household;"
WALL = "".join(
    f"CREATE POLICY are_seen_by_her_house_and_by_grant ON {table} USING ({policy});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table, policy in POLICIES.items()
)
NO_WALL = "".join(
    f"DROP POLICY are_seen_by_her_house_and_by_grant ON {table};"
    f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
    f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in POLICIES
)


class Migration(migrations.Migration):
    dependencies = [("people", "0012_policies_ask_about_grants")]
    operations = [
        migrations.RunSQL(
            OF_HOUSE + of_house("kp_is_of_house({})") + WALL + MOVING_IN,
            NOBODY_MOVES_IN + NO_WALL + of_house(BY_ROW) + "DROP FUNCTION kp_is_of_house(uuid);"
        )
    ]
