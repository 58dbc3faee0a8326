"""Lock a person and her contact, then count: two holds at the same moment must not both pass."""

from django.db import migrations

# Each statement of the function sees what was committed while it waited for the locks before it.
# A change of a visit and what is offered to someone in line are no holds of hers.
HOLDS_OF = """
CREATE FUNCTION kp_holds_of(
    who uuid, now_at timestamptz, living text[],
    OUT own bigint, OUT of_contact bigint, OUT booked_of_contact bigint
) LANGUAGE plpgsql AS $$
DECLARE
    her_phone text;
    her_email text;
BEGIN
    SELECT phone, upper(email) INTO her_phone, her_email FROM people_person WHERE id = who
    FOR UPDATE;
    SELECT count(*) INTO own FROM visits_visit v
    WHERE v.person_id = who AND v.status = 'held' AND v.hold_expires_at > now_at
        AND v.changes_id IS NULL
        AND NOT EXISTS (SELECT FROM visits_waitingoffer o WHERE o.visit_id = v.id);
    of_contact := 0;
    booked_of_contact := 0;
    IF her_phone = '' AND her_email = '' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(coalesce(nullif(her_phone, ''), her_email), 1));
    SELECT
        count(*) FILTER (
            WHERE v.status = 'held' AND v.hold_expires_at > now_at AND v.changes_id IS NULL
            AND NOT EXISTS (SELECT FROM visits_waitingoffer o WHERE o.visit_id = v.id)
        ),
        count(*) FILTER (WHERE v.status = ANY(living))
    INTO of_contact, booked_of_contact
    FROM people_person p JOIN visits_visit v ON v.person_id = p.id
    WHERE CASE WHEN her_phone <> '' THEN p.phone = her_phone ELSE upper(p.email) = her_email END;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_read_log_is_sealed"),
        ("visits", "0006_a_merged_place_is_its_successor"),
    ]

    operations = [migrations.RunSQL(HOLDS_OF, "DROP FUNCTION kp_holds_of")]
