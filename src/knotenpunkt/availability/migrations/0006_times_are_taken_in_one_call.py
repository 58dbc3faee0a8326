"""Locks, sweep and insert of one booking in one call, whose plans each session keeps.

Both functions run with sequential scans switched off: a plan that was made while the table was
small would else be kept when it has grown.
"""

from django.db import migrations

# Locks are taken in the order given (docs/adr/0003). Ended holds in the way of the claims are
# deleted, each as a whole, because clocks of processes differ: whoever still wants to confirm such
# a hold must find nothing of it, never a part. Their time cools down.
MAKE_ROOM = """
CREATE FUNCTION kp_make_room(locks bigint[], claims json, now_at timestamptz, cool interval)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    key bigint;
BEGIN
    FOREACH key IN ARRAY locks LOOP
        PERFORM pg_advisory_xact_lock(key);
    END LOOP;
    WITH gone AS (
        DELETE FROM availability_occupancy WHERE expires_at <= now_at AND holder IN (
            SELECT taken.holder FROM json_to_recordset(claims)
                AS claim (resource uuid, starts timestamptz, ends timestamptz)
            JOIN availability_occupancy AS taken ON taken.resource = claim.resource
                AND taken.during && tstzrange(claim.starts, claim.ends)
            WHERE taken.expires_at <= now_at
        )
        RETURNING resource, kind, during, expires_at
    )
    INSERT INTO availability_coolingtime (resource, during, until)
    SELECT resource, during, expires_at + cool FROM gone
    WHERE kind IN ('staff', 'seat') AND upper(during) > now_at AND expires_at + cool > now_at;
END $$
"""
# Returns the numbers (from 1) of the claims that others have, or nothing: then all is taken.
TAKE_TIMES = """
CREATE FUNCTION kp_take_times(
    locks bigint[], claims json, new_holder uuid, why text, until timestamptz,
    now_at timestamptz, cool interval
) RETURNS bigint[] LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    others bigint[];
BEGIN
    PERFORM kp_make_room(locks, claims, now_at, cool);
    INSERT INTO availability_occupancy
        (id, resource, kind, during, reason, holder, part, location_id, pool, expires_at)
    SELECT gen_random_uuid(), resource, kind, tstzrange(starts, ends), why, new_holder, part,
        location, pool, until
    FROM json_to_recordset(claims) AS claim (
        resource uuid, kind text, starts timestamptz, ends timestamptz, part uuid, location uuid,
        pool text
    );
    RETURN '{}';
EXCEPTION
    WHEN exclusion_violation OR unique_violation OR deadlock_detected OR lock_not_available THEN
        SELECT array_agg(claim.place) INTO others
        FROM ROWS FROM (
            json_to_recordset(claims) AS (resource uuid, starts timestamptz, ends timestamptz)
        ) WITH ORDINALITY AS claim (resource, starts, ends, place)
        WHERE EXISTS (
            SELECT FROM availability_occupancy AS taken WHERE taken.resource = claim.resource
                AND taken.during && tstzrange(claim.starts, claim.ends)
        );
        -- Nobody has them any more: then it was all of them that somebody was about to take.
        RETURN coalesce(others, ARRAY(SELECT generate_series(1, json_array_length(claims))::bigint));
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("availability", "0005_a_membership_ends_after_it_begins")]

    operations = [
        migrations.RunSQL(MAKE_ROOM, "DROP FUNCTION kp_make_room"),
        migrations.RunSQL(TAKE_TIMES, "DROP FUNCTION kp_take_times"),
    ]
