"""Referrals, hand-overs, conferences and stated facts: seen by whom `*_visible_to` shows them.

Whoever looks beyond that says so with a system scope: leads who see late answers as bare dates,
the loop that an appointment closes, the guest for whom the clock opens one item.
"""

from importlib import import_module

from django.db import migrations

question = import_module("knotenpunkt.people.migrations.0012_policies_ask_about_grants").question

SYSTEM = "(SELECT kp_kind()) = 'system'"
HERSELF = f"{SYSTEM} OR person_id = (SELECT kp_person())"
OWN_HOUSE, ME = "(SELECT kp_organization())", "(SELECT kp_staff_member())"
SHOWN = "'sent', 'opened', 'accepted', 'more_info', 'in_progress', 'declined_with_alternative', 'completed'"

FUNCTIONS = (
    question(
        "kp_receives(referral uuid)",
        """SELECT 1 FROM casework_referral_recipients r
        WHERE r.referral_id = $1 AND r.staffmember_id = kp_staff_member()""",
    )
    + question(
        "kp_states_too(subject uuid, fact text)",
        """SELECT 1 FROM casework_statedfact f
        WHERE f.person_id = $1 AND f.kind = $2 AND f.organization_id = kp_organization()""",
    )
    + question(
        "kp_sits_in(conference uuid)",
        """SELECT 1 FROM casework_conferenceseat s
        WHERE s.conference_id = $1 AND s.staff_member_id = kp_staff_member() AND s.item_id IS NULL""",
    )
    + question(
        "kp_asked_for(conference uuid)",
        """SELECT 1 FROM casework_caseconference c
        WHERE c.id = $1 AND c.organization_id = kp_organization()""",
    )
)
OF_CONFERENCE = (
    f"{SYSTEM} OR EXISTS (SELECT 1 FROM casework_caseconference c WHERE c.id = conference_id)"
)
OF_REFERRAL = f"{SYSTEM} OR EXISTS (SELECT 1 FROM casework_referral r WHERE r.id = referral_id)"

POLICIES = {
    "casework_statedfact": f"""{HERSELF}
        OR organization_id = {OWN_HOUSE} AND (SELECT kp_works_on_cases())
            AND (kp_has_file(person_id) OR (SELECT kp_may_receive()) AND kp_is_shared(person_id))
        OR (SELECT kp_may_receive()) AND kp_is_shared(person_id, organization_id)
            AND kp_states_too(person_id, kind)""",
    "casework_assignment": f"""{HERSELF}
        OR (SELECT kp_reads_contents()) AND kp_has_file(person_id)
        OR assigned_to_id = {ME} AND (SELECT kp_may_receive()) AND kp_is_shared(person_id)""",
    "casework_referral": f"""{HERSELF}
        OR from_organization_id = {OWN_HOUSE} AND (SELECT kp_reads_contents())
            AND (sender_id = {ME} OR kp_has_file(person_id))
        OR (SELECT kp_may_receive()) AND status IN ({SHOWN}) AND kp_receives(id)
            AND kp_is_shared(person_id, from_organization_id, purpose, 'contact')""",
    "casework_referral_recipients": OF_REFERRAL,
    "casework_referralletter": OF_REFERRAL,
    "casework_caseconference": f"""{HERSELF}
        OR (SELECT kp_sees_persons()) AND kp_sits_in(id) AND (
            person_id IS NULL OR organization_id = {OWN_HOUSE}
            OR (SELECT kp_may_receive())
                AND kp_is_shared(person_id, organization_id, 'case_conference')
        )""",
    "casework_conferenceseat": OF_CONFERENCE,
    "casework_agendaitem": OF_CONFERENCE,
    "casework_agreedstep": OF_CONFERENCE,
    "casework_minutescorrection": OF_CONFERENCE,
}
# Whoever asks for a conference writes it before she sits in it, and its seats in one statement. An
# own seat and an own task stay seen, and the task can be done, when the conference is not.
ASKING = f"""
CREATE POLICY own_seats_are_seen ON casework_conferenceseat FOR SELECT USING (
    staff_member_id = {ME} AND (SELECT kp_sees_persons())
);
CREATE POLICY own_tasks_are_seen ON casework_agreedstep FOR SELECT USING (owner_id = {ME});
CREATE POLICY own_tasks_are_done ON casework_agreedstep FOR UPDATE USING (owner_id = {ME});
CREATE POLICY written_by_whoever_asks ON casework_caseconference FOR INSERT WITH CHECK (
    organization_id = {OWN_HOUSE} AND (SELECT kp_sees_persons())
);
CREATE POLICY written_by_whoever_asks ON casework_conferenceseat FOR INSERT WITH CHECK (
    (SELECT kp_sees_persons()) AND kp_asked_for(conference_id)
);
"""
NOT_ASKING = """
DROP POLICY own_seats_are_seen ON casework_conferenceseat;
DROP POLICY own_tasks_are_seen ON casework_agreedstep;
DROP POLICY own_tasks_are_done ON casework_agreedstep;
DROP POLICY written_by_whoever_asks ON casework_caseconference;
DROP POLICY written_by_whoever_asks ON casework_conferenceseat;
"""
WALL = "".join(
    f"CREATE POLICY seen_by_those_it_concerns ON {table} USING ({policy});"
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table, policy in POLICIES.items()
)
NO_WALL = (
    "".join(
        f"DROP POLICY seen_by_those_it_concerns ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in POLICIES
    )
    + """DROP FUNCTION kp_asked_for(uuid), kp_sits_in(uuid), kp_states_too(uuid, text),
    kp_receives(uuid);"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_the_file_is_behind_the_second_wall"),
        ("people", "0012_policies_ask_about_grants"),
    ]
    operations = [migrations.RunSQL(FUNCTIONS + WALL + ASKING, NOT_ASKING + NO_WALL)]
