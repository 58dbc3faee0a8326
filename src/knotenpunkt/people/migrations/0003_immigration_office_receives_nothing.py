"""A grant or a release never reaches the immigration office, and never precedes its consent."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_refuse_immigration_office(staff uuid, team uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM network_organization o
        WHERE o.legal_class = 'immigration_office' AND o.id IN (
            (SELECT organization_id FROM network_staffmember WHERE id = staff),
            (SELECT organization_id FROM network_team WHERE id = team)
        )
    ) THEN
        RAISE EXCEPTION 'the immigration office receives nothing'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'the_immigration_office_receives_no_grant';
    END IF;
END $$;

CREATE FUNCTION people_check_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_refuse_immigration_office(NEW.recipient_staff_id, NEW.recipient_team_id);
    IF NEW.consent_id IS NOT NULL AND NEW.valid_from < (
        SELECT given_at FROM people_consent WHERE id = NEW.consent_id
    ) THEN
        RAISE EXCEPTION 'a grant begins after its consent was given'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_grant_follows_its_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_grant_is_lawful
    BEFORE INSERT OR UPDATE OF recipient_staff_id, recipient_team_id, valid_from, consent_id
    ON people_grant FOR EACH ROW EXECUTE FUNCTION people_check_grant();

CREATE FUNCTION people_check_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_refuse_immigration_office(NEW.recipient_id, NULL);
    RETURN NEW;
END $$;
CREATE TRIGGER people_release_is_lawful
    BEFORE INSERT OR UPDATE OF recipient_id
    ON people_confidentialityrelease FOR EACH ROW EXECUTE FUNCTION people_check_release();
"""
BACK = """
DROP TRIGGER people_release_is_lawful ON people_confidentialityrelease;
DROP TRIGGER people_grant_is_lawful ON people_grant;
DROP FUNCTION people_check_release();
DROP FUNCTION people_check_grant();
DROP FUNCTION people_refuse_immigration_office(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_sharing"), ("network", "0003_teams")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
