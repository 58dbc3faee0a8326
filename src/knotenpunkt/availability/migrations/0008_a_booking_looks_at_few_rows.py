"""A booking takes its times first and sweeps only if something is in the way; it reads by index.

Most claims meet nobody, and to look for ended holds cost as much as to take the times. What is read
for a plan, or kept when it is confirmed, is a few rows of a long table: these functions find them by
index even if their plan was made while the table was short.
"""

from importlib import import_module

from django.db import migrations

before = import_module("knotenpunkt.availability.migrations.0006_times_are_taken_in_one_call")

# `kp_make_room` without its locks, which whoever calls it has taken (docs/adr/0003).
SWEEP = """
CREATE FUNCTION kp_sweep(claims json, now_at timestamptz, cool interval)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off AS $$
BEGIN
    WITH gone AS (
        DELETE FROM availability_occupancy WHERE expires_at <= now_at AND holder IN (
            SELECT taken.holder FROM json_to_recordset(claims)
                AS claim (resource uuid, starts timestamptz, ends timestamptz)
            CROSS JOIN LATERAL (
                SELECT holder, expires_at FROM availability_occupancy
                WHERE resource = claim.resource AND during && tstzrange(claim.starts, claim.ends)
                OFFSET 0
            ) AS taken
            WHERE taken.expires_at <= now_at
        )
        RETURNING resource, kind, during, expires_at
    )
    INSERT INTO availability_coolingtime (resource, during, until)
    SELECT resource, during, expires_at + cool FROM gone
    WHERE kind IN ('staff', 'seat') AND upper(during) > now_at AND expires_at + cool > now_at;
END $$;
CREATE FUNCTION kp_lock(locks bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
BEGIN
    FOREACH key IN ARRAY locks LOOP
        PERFORM pg_advisory_xact_lock(key);
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION kp_make_room(
    locks bigint[], claims json, now_at timestamptz, cool interval
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kp_lock(locks);
    PERFORM kp_sweep(claims, now_at, cool);
END $$;
"""
# A claim that is refused may meet an ended hold: then all is swept and tried once more. The locks
# are taken outside of the first try, which would else give them back when it fails.
TAKE_TIMES = """
CREATE FUNCTION kp_put_times(claims json, new_holder uuid, why text, until timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO availability_occupancy
        (id, resource, kind, during, reason, holder, part, location_id, pool, expires_at)
    SELECT gen_random_uuid(), resource, kind, tstzrange(starts, ends), why, new_holder, part,
        location, pool, until
    FROM json_to_recordset(claims) AS claim (
        resource uuid, kind text, starts timestamptz, ends timestamptz, part uuid, location uuid,
        pool text
    );
END $$;
CREATE OR REPLACE FUNCTION kp_take_times(
    locks bigint[], claims json, new_holder uuid, why text, until timestamptz,
    now_at timestamptz, cool interval
) RETURNS bigint[] LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    others bigint[];
BEGIN
    PERFORM kp_lock(locks);
    BEGIN
        PERFORM kp_put_times(claims, new_holder, why, until);
        RETURN '{}';
    EXCEPTION WHEN exclusion_violation THEN
        PERFORM kp_sweep(claims, now_at, cool);
    END;
    PERFORM kp_put_times(claims, new_holder, why, until);
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
END $$;
"""
READ_AND_KEEP = """
CREATE FUNCTION kp_taken(resources uuid[], starts timestamptz, ends timestamptz)
RETURNS SETOF availability_occupancy LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY SELECT taken.* FROM unnest(resources) AS one CROSS JOIN LATERAL (
        SELECT * FROM availability_occupancy
        WHERE resource = one AND during && tstzrange(starts, ends) OFFSET 0
    ) AS taken;
END $$;
CREATE FUNCTION kp_keep_times(of_holder uuid) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    many bigint;
BEGIN
    UPDATE availability_occupancy SET expires_at = NULL WHERE holder = of_holder;
    GET DIAGNOSTICS many = ROW_COUNT;
    RETURN many;
END $$;
"""
BACK = (
    "DROP FUNCTION kp_keep_times(uuid), kp_taken(uuid[], timestamptz, timestamptz);"
    "DROP FUNCTION kp_take_times, kp_put_times, kp_make_room, kp_lock, kp_sweep;"
    f"{before.MAKE_ROOM}; {before.TAKE_TIMES};"
)


class Migration(migrations.Migration):
    dependencies = [("availability", "0007_changes_are_noted")]

    operations = [migrations.RunSQL(SWEEP + TAKE_TIMES + READ_AND_KEEP, BACK)]
