"""The second wall: the predicate of `people.queries.sharing`, said to PostgreSQL.

Policies read the settings that `foundation.scope` sets at the start of each transaction. With
none set, every policy is false. FORCE binds the owner of the tables too.
"""

from django.db import migrations

SETTINGS = """
CREATE FUNCTION kp_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('knotenpunkt.' || name, true), '') $$;
CREATE FUNCTION kp_kind() RETURNS text LANGUAGE sql STABLE AS $$ SELECT kp_setting('kind') $$;
CREATE FUNCTION kp_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT kp_setting('role') $$;
CREATE FUNCTION kp_staff_member() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT kp_setting('staff_member')::uuid $$;
CREATE FUNCTION kp_organization() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT kp_setting('organization')::uuid $$;
CREATE FUNCTION kp_person() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT kp_setting('person')::uuid $$;
CREATE FUNCTION kp_now() RETURNS timestamptz LANGUAGE sql STABLE AS
    $$ SELECT coalesce(kp_setting('now')::timestamptz, now()) $$;

-- Roles that read no contents (people.rules.READ_NOTHING), and the immigration office.
CREATE FUNCTION kp_reads_contents() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(kp_kind() = 'staff' AND kp_role() NOT IN (
        'manager', 'administrator', 'data_protection_officer', 'interpreter',
        'interpreter_coordinator'
    ), false)
$$;
CREATE FUNCTION kp_may_receive() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT kp_reads_contents() AND kp_role() <> 'front_desk' AND EXISTS (
        SELECT 1 FROM network_organization
        WHERE id = kp_organization() AND legal_class <> 'immigration_office'
            AND (valid_to IS NULL OR valid_to > (kp_now() AT TIME ZONE 'Europe/Berlin')::date)
    )
$$;
-- Confidential counsellors work alone: in their organization each sees only whom she leads.
CREATE FUNCTION kp_leads(subject uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT kp_role() <> 'confidential_worker' OR EXISTS (
        SELECT 1 FROM people_person WHERE id = subject AND case_lead_id = kp_staff_member()
    )
$$;
"""

GRANTS = """
CREATE POLICY grants_are_seen_by_their_parties ON people_grant USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person())
    OR owner_id = (SELECT kp_organization())
        AND (SELECT kp_reads_contents() OR kp_role() = 'data_protection_officer')
        AND kp_leads(subject_id)
    OR (SELECT kp_may_receive()) AND (
        recipient_staff_id = (SELECT kp_staff_member())
        OR recipient_team_id IN (
            SELECT team_id FROM network_team_members WHERE staffmember_id = kp_staff_member()
        )
    )
);
CREATE POLICY consents_are_seen_by_those_who_asked ON people_consent USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person())
    OR organization_id = (SELECT kp_organization())
        AND (SELECT kp_reads_contents() OR kp_role() = 'data_protection_officer')
        AND kp_leads(subject_id)
);
CREATE POLICY releases_are_seen_by_the_people_they_name ON people_confidentialityrelease USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person())
    OR releases_id = (SELECT kp_staff_member())
    OR recipient_id = (SELECT kp_staff_member()) AND (SELECT kp_may_receive())
);
"""

ITEMS = """
CREATE POLICY items_are_read_by_author_owner_or_grant ON people_item FOR SELECT USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person())
    OR layer = 4 AND author_id = (SELECT kp_staff_member()) AND (SELECT kp_reads_contents())
    OR layer < 4 AND organization_id = (SELECT kp_organization())
        AND (SELECT kp_reads_contents())
        AND ((SELECT kp_role()) <> 'front_desk' OR layer = 1)
        AND (author_id = (SELECT kp_staff_member()) OR kp_leads(subject_id))
    OR layer < 4 AND (SELECT kp_may_receive()) AND EXISTS (
        SELECT 1 FROM people_grant g
        WHERE g.subject_id = people_item.subject_id
            AND g.owner_id = people_item.organization_id
            AND (
                g.recipient_staff_id = (SELECT kp_staff_member())
                OR g.recipient_team_id IN (
                    SELECT team_id FROM network_team_members
                    WHERE staffmember_id = kp_staff_member()
                )
            )
            AND g.categories @> ARRAY[people_item.category]
            AND g.layer >= people_item.layer
            AND g.withdrawn_at IS NULL AND g.suspended_at IS NULL
            AND g.valid_from <= (SELECT kp_now()) AND g.valid_until > (SELECT kp_now())
            AND (g.basis = 'consent' OR NOT people_item.endangers_service)
    )
    OR layer = 4 AND (SELECT kp_may_receive()) AND EXISTS (
        SELECT 1 FROM people_confidentialityrelease r
        JOIN network_staffmember s ON s.id = r.releases_id AND s.left_on IS NULL
        WHERE r.recipient_id = (SELECT kp_staff_member())
            AND r.releases_id = people_item.author_id
            AND r.subject_id = people_item.subject_id
            AND r.categories @> ARRAY[people_item.category]
            AND r.withdrawn_at IS NULL
            AND r.valid_from <= (SELECT kp_now()) AND r.valid_until > (SELECT kp_now())
    )
);
CREATE POLICY items_are_written_by_their_organization ON people_item FOR INSERT WITH CHECK (
    (SELECT kp_kind()) = 'system'
    OR organization_id = (SELECT kp_organization()) AND (SELECT kp_reads_contents())
);
CREATE POLICY items_are_changed_by_their_organization ON people_item FOR UPDATE USING (
    (SELECT kp_kind()) = 'system'
    OR organization_id = (SELECT kp_organization()) AND (SELECT kp_reads_contents())
);
CREATE POLICY items_are_deleted_by_the_system ON people_item FOR DELETE USING (
    (SELECT kp_kind()) = 'system'
);
"""

READ_LOG = """
CREATE POLICY reads_are_read_by_the_person_and_her_organization ON people_readentry
FOR SELECT USING (
    (SELECT kp_kind()) = 'system'
    OR person_id = (SELECT kp_person())
    OR organization_id = (SELECT kp_organization())
    OR (SELECT kp_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM people_person p
        WHERE p.id = person_id AND p.organization_id = (SELECT kp_organization())
    )
);
CREATE POLICY reads_are_written_by_whoever_looks ON people_readentry FOR INSERT WITH CHECK (
    (SELECT kp_kind()) IN ('system', 'staff', 'person')
);
CREATE POLICY reads_are_deleted_by_the_system ON people_readentry FOR DELETE USING (
    (SELECT kp_kind()) = 'system'
);
"""

TABLES = (
    "people_grant",
    "people_consent",
    "people_confidentialityrelease",
    "people_item",
    "people_readentry",
)
WALL = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    for table in TABLES
)
NO_WALL = """
DROP POLICY grants_are_seen_by_their_parties ON people_grant;
DROP POLICY consents_are_seen_by_those_who_asked ON people_consent;
DROP POLICY releases_are_seen_by_the_people_they_name ON people_confidentialityrelease;
DROP POLICY items_are_read_by_author_owner_or_grant ON people_item;
DROP POLICY items_are_written_by_their_organization ON people_item;
DROP POLICY items_are_changed_by_their_organization ON people_item;
DROP POLICY items_are_deleted_by_the_system ON people_item;
DROP POLICY reads_are_read_by_the_person_and_her_organization ON people_readentry;
DROP POLICY reads_are_written_by_whoever_looks ON people_readentry;
DROP POLICY reads_are_deleted_by_the_system ON people_readentry;
DROP FUNCTION kp_leads(uuid), kp_may_receive(), kp_reads_contents(), kp_now(), kp_person(),
    kp_organization(), kp_staff_member(), kp_role(), kp_kind(), kp_setting(text);
""" + "".join(
    f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
    f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_immigration_office_receives_nothing")]
    operations = [migrations.RunSQL(SETTINGS + GRANTS + ITEMS + READ_LOG + WALL, NO_WALL)]
