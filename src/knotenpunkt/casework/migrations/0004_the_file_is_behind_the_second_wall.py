"""Talks, reminders, assessment, plan and language level: seen by those who see the file.

`kp_has_file` says to PostgreSQL what `people.queries.persons_visible_to` says, for those who work
on cases; `kp_is_granted` what `grants_to` says about one category of one owner. The plan is shared
by its parts, as in `casework.queries.plans`. Children ask for their parents, whose policy decides.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION kp_works_on_cases() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT kp_reads_contents() AND kp_role() <> 'front_desk' $$;
CREATE FUNCTION kp_has_file(subject uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM people_person
        WHERE id = subject AND organization_id = kp_organization()
            AND (kp_role() <> 'confidential_worker' OR case_lead_id = kp_staff_member())
    )
$$;
CREATE FUNCTION kp_is_granted(subject uuid, owner uuid, wanted text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT kp_may_receive() AND EXISTS (
        SELECT 1 FROM people_grant g
        WHERE g.subject_id = subject AND g.owner_id = owner AND g.categories::text[] && wanted
            AND (
                g.recipient_staff_id = kp_staff_member()
                OR g.recipient_team_id IN (
                    SELECT team_id FROM network_team_members
                    WHERE staffmember_id = kp_staff_member()
                )
            )
            AND g.withdrawn_at IS NULL AND g.suspended_at IS NULL
            AND g.valid_from <= kp_now() AND g.valid_until > kp_now()
    )
$$;
"""

SYSTEM_OR_HERSELF = "(SELECT kp_kind()) = 'system' OR person_id = (SELECT kp_person())"
GOALS, PATH = "ARRAY['plan_goals']", "ARRAY['career_path']"
ANY_PART = "ARRAY['plan_goals', 'career_path', 'language_level']"


def _part_of_plan(categories: str) -> str:
    """Return who sees one part of a plan: whoever sees the plan, and shares this part."""
    return f"""(SELECT kp_kind()) IN ('system', 'person') AND EXISTS (
        SELECT 1 FROM casework_careplan c WHERE c.id = plan_id
    ) OR (SELECT kp_works_on_cases()) AND EXISTS (
        SELECT 1 FROM casework_careplan c WHERE c.id = plan_id AND (
            kp_has_file(c.person_id)
            OR kp_is_granted(c.person_id, c.organization_id, {categories})
        )
    )"""


POLICIES = {
    "casework_talkrecord": f"""{SYSTEM_OR_HERSELF}
        OR organization_id = (SELECT kp_organization()) AND (SELECT kp_works_on_cases())
            AND (author_id = (SELECT kp_staff_member()) OR kp_leads(person_id))""",
    "casework_followup": f"""{SYSTEM_OR_HERSELF}
        OR staff_member_id = (SELECT kp_staff_member()) AND (SELECT kp_works_on_cases())
            AND kp_has_file(person_id)""",
    "casework_needsassessment": f"""{SYSTEM_OR_HERSELF}
        OR (SELECT kp_works_on_cases()) AND (
            kp_has_file(person_id)
            OR (SELECT kp_may_receive()) AND EXISTS (
                SELECT 1 FROM casework_assignment a
                JOIN people_grant g ON g.subject_id = a.person_id
                    AND g.withdrawn_at IS NULL AND g.suspended_at IS NULL
                    AND g.valid_from <= kp_now() AND g.valid_until > kp_now()
                WHERE a.person_id = casework_needsassessment.person_id
                    AND a.assigned_to_id = kp_staff_member()
                    AND (
                        g.recipient_staff_id = kp_staff_member()
                        OR g.recipient_team_id IN (
                            SELECT team_id FROM network_team_members
                            WHERE staffmember_id = kp_staff_member()
                        )
                    )
            )
        )""",
    "casework_assessedneed": """EXISTS (
        SELECT 1 FROM casework_needsassessment n WHERE n.id = assessment_id
    )""",
    "casework_careplan": f"""{SYSTEM_OR_HERSELF}
        OR (SELECT kp_works_on_cases()) AND (
            kp_has_file(person_id) OR kp_is_granted(person_id, organization_id, {ANY_PART})
        )""",
    "casework_plangoal": _part_of_plan(GOALS),
    "casework_planstep": "EXISTS (SELECT 1 FROM casework_plangoal g WHERE g.id = goal_id)",
    "casework_officialplan": _part_of_plan(GOALS),
    "casework_careerstage": _part_of_plan(PATH),
    "casework_languagelevel": f"""{SYSTEM_OR_HERSELF}
        OR (SELECT kp_works_on_cases()) AND (
            kp_has_file(person_id)
            OR EXISTS (
                SELECT 1 FROM casework_careplan c
                WHERE c.person_id = casework_languagelevel.person_id
                    AND kp_is_granted(c.person_id, c.organization_id, ARRAY['language_level'])
            )
        )""",
}
WALL = "".join(
    f"CREATE POLICY seen_by_those_who_see_the_file ON {table} USING ({policy});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table, policy in POLICIES.items()
)
NO_WALL = (
    "".join(
        f"DROP POLICY seen_by_those_who_see_the_file ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in POLICIES
    )
    + """DROP FUNCTION kp_is_granted(uuid, uuid, text[]), kp_has_file(uuid), kp_works_on_cases();"""
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_plans"), ("people", "0008_keeping")]
    operations = [migrations.RunSQL(FUNCTIONS + WALL, NO_WALL)]
