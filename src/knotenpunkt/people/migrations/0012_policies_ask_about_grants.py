"""Questions that policies ask about other tables, answered without the policies of those.

A policy that reads a second table meets the policy of that one, which may ask back. Questions made
by `question` look as the system for as long as they answer: they say yes or no about the viewer,
whose other settings stay as they are. (A SET clause of the function would do the same, but only a
superuser may write one for settings of our own.)
"""

from django.db import migrations


def question(head: str, asked: str) -> str:
    """Return the SQL of a function that answers whether `asked` (a query) finds a row."""
    return f"""
CREATE FUNCTION {head} RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    kind text := coalesce(kp_kind(), '');
    answer boolean;
BEGIN
    PERFORM set_config('knotenpunkt.kind', 'system', true);
    answer := EXISTS ({asked});
    PERFORM set_config('knotenpunkt.kind', kind, true);
    RETURN answer;
END $$;
"""


TO_ME = """(
    g.recipient_staff_id = kp_staff_member()
    OR g.recipient_team_id IN (
        SELECT team_id FROM network_team_members WHERE staffmember_id = kp_staff_member()
    )
) AND g.withdrawn_at IS NULL AND g.suspended_at IS NULL
AND g.valid_from <= kp_now() AND g.valid_until > kp_now()"""
LEADS = question(
    "kp_leads_file(subject uuid)",
    "SELECT 1 FROM people_person p WHERE p.id = $1 AND p.case_lead_id = kp_staff_member()",
)
# Whether a living grant hands the viewer something; whoever asks has asked kp_may_receive().
SHARED = question(
    "kp_is_shared(subject uuid, owner uuid DEFAULT NULL, purpose text DEFAULT NULL,"
    " category text DEFAULT NULL)",
    f"""SELECT 1 FROM people_grant g
    WHERE g.subject_id = $1
        AND ($2 IS NULL OR g.owner_id = $2)
        AND ($3 IS NULL OR g.purposes::text[] @> ARRAY[$3])
        AND ($4 IS NULL OR g.categories::text[] @> ARRAY[$4])
        AND {TO_ME}""",
)
FUNCTIONS = """
CREATE OR REPLACE FUNCTION kp_leads(subject uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN kp_role() <> 'confidential_worker' OR kp_leads_file($1);
END $$;
-- Roles that look after houses, figures or accounts, never after single persons.
CREATE FUNCTION kp_sees_persons() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce(kp_kind() = 'staff' AND kp_role() NOT IN (
        'manager', 'administrator', 'data_protection_officer', 'interpreter'
    ), false);
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION kp_leads(subject uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF kp_role() <> 'confidential_worker' THEN
        RETURN true;
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM people_person WHERE id = subject AND case_lead_id = kp_staff_member()
    );
END $$;
DROP FUNCTION kp_sees_persons(), kp_is_shared(uuid, uuid, text, text), kp_leads_file(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0011_releases_on_paper")]
    operations = [migrations.RunSQL(LEADS + SHARED + FUNCTIONS, BACK)]
