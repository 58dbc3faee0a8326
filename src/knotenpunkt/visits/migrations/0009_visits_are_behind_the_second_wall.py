"""Visits, appointments and lines: seen as `visits.queries` shows them; and who comes to a house.

Policies guard what is read. The actions of this app act as the system once a page has found the
row by `*_visible_to`: a delay at one house moves the next leg at another, which no viewer sees.
The first question of each policy is cheap, so that a booking does not pay for the others.
"""

from importlib import import_module

from django.db import migrations

question = import_module("knotenpunkt.people.migrations.0012_policies_ask_about_grants").question

SYSTEM = "(SELECT kp_kind()) = 'system'"
HERSELF = f"{SYSTEM} OR person_id = (SELECT kp_person())"
OWN_HOUSE, SEES = "(SELECT kp_organization())", "(SELECT kp_sees_persons())"
OF_HOUSE = f"organization_id = {OWN_HOUSE} AND {SEES} AND kp_leads({{}})"

AT_HOUSE = """(
    a.organization_id = kp_organization() OR EXISTS (
        SELECT 1 FROM visits_appointment_staff s
        JOIN network_staffmember m ON m.id = s.staffmember_id
        WHERE s.appointment_id = a.id AND m.organization_id = kp_organization()
    )
)"""
# Whoever coordinates interpreters sees when and where one is needed, in the whole network.
INTERPRETED = """kp_role() IN ('interpreter_coordinator', 'coordinator') AND EXISTS (
    SELECT 1 FROM visits_interpreterassignment i
    JOIN network_organization o ON o.id = kp_organization()
    JOIN visits_visit v ON v.id = a.visit_id AND v.network_id = o.network_id
    WHERE i.appointment_id = a.id AND i.status <> 'released' AND v.status <> 'held'
)"""
# Confidential counsellors work alone: what their house mends or books is theirs if they lead her.
LEADS = """(
    kp_role() <> 'confidential_worker' OR EXISTS (
        SELECT 1 FROM people_person p
        WHERE p.id = v.person_id AND p.case_lead_id = kp_staff_member()
    )
)"""
MENDED = f"""SELECT 1 FROM visits_repairtask t JOIN visits_visit v ON v.id = t.visit_id
    WHERE t.organization_id = kp_organization() AND (t.visit_id = $1 OR t.proposal_id = $1)
    AND {LEADS}"""

FUNCTIONS = (
    question(
        "kp_touches_visit(visit uuid)",
        f"""SELECT 1 FROM visits_appointment a
        WHERE a.visit_id = $1 AND ({AT_HOUSE} OR {INTERPRETED}) UNION ALL {MENDED} UNION ALL
        SELECT 1 FROM visits_queueticket q
        WHERE q.visit_id = $1 AND q.organization_id = kp_organization()""",
    )
    + question(
        "kp_sees_leg(leg uuid, visit uuid)",
        f"""SELECT 1 FROM visits_visit v
        WHERE v.id = $2 AND (
            v.person_id = kp_person() OR v.organization_id = kp_organization() AND {LEADS}
        )
        UNION ALL
        SELECT 1 FROM visits_appointment a WHERE a.id = $1 AND ({AT_HOUSE} OR {INTERPRETED})
        UNION ALL {MENDED.replace("$1", "$2")}""",
    )
    + question(
        "kp_comes_to_us(subject uuid)",
        f"""SELECT 1 FROM visits_visit v
        WHERE v.person_id = $1 AND (
            v.organization_id = kp_organization() AND {LEADS}
            OR EXISTS (SELECT 1 FROM visits_appointment a WHERE a.visit_id = v.id AND {AT_HOUSE})
            OR EXISTS (
                SELECT 1 FROM visits_repairtask t
                WHERE t.organization_id = kp_organization() AND t.visit_id = v.id AND {LEADS}
            )
        )""",
    )
)
COMING = f"""
CREATE POLICY known_where_she_comes ON people_person USING ({SEES} AND kp_comes_to_us(id));
"""
POLICIES = {
    "visits_visit": f"""{HERSELF} OR {OF_HOUSE.format("person_id")}
        OR {SEES} AND kp_touches_visit(id)""",
    "visits_appointment": f"""{SYSTEM} OR organization_id = {OWN_HOUSE} AND {SEES}
        OR ({SEES} OR (SELECT kp_kind()) = 'person') AND kp_sees_leg(id, visit_id)""",
    "visits_waitingentry": f"{HERSELF} OR {OF_HOUSE.format('person_id')}",
    "visits_waitingoffer": f"""{SYSTEM}
        OR EXISTS (SELECT 1 FROM visits_waitingentry w WHERE w.id = entry_id)""",
    "visits_externalappointment": f"{HERSELF} OR {OF_HOUSE.format('person_id')}",
    "visits_repairtask": f"""{SYSTEM} OR organization_id = {OWN_HOUSE} AND {SEES} AND (
            (SELECT kp_role()) <> 'confidential_worker'
            OR EXISTS (SELECT 1 FROM visits_visit v WHERE v.id = visit_id AND kp_leads(v.person_id))
        )""",
    "visits_handnotice": f"""{HERSELF} OR {SEES} AND EXISTS (
            SELECT 1 FROM visits_visit v
            WHERE v.id = visit_id AND v.organization_id = {OWN_HOUSE} AND kp_leads(v.person_id)
        )""",
}
WALL = "".join(
    f"CREATE POLICY seen_where_she_comes ON {table} USING ({policy});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table, policy in POLICIES.items()
)
NO_WALL = (
    "DROP POLICY known_where_she_comes ON people_person;"
    + "".join(
        f"DROP POLICY seen_where_she_comes ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in POLICIES
    )
    + "DROP FUNCTION kp_comes_to_us(uuid), kp_sees_leg(uuid, uuid), kp_touches_visit(uuid);"
)


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0008_an_interpreter_is_told_by_hand_too"),
        ("people", "0013_persons_are_behind_the_second_wall"),
    ]
    operations = [migrations.RunSQL(FUNCTIONS + COMING + WALL, NO_WALL)]
