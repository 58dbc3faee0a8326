"""Every kind of change that can decide about a search, in SQL, as others make it."""

from __future__ import annotations

from uuid import UUID

from tests.conftest import OLENAS_NEEDS

# With a group session and one talk of several organizations at one table.
NEEDS = (*OLENAS_NEEDS, "of-vhs-einstufung", "of-jba-clearing")
TABLES = (
    "availability_coolingtime", "availability_groupsession", "availability_interpreter",
    "availability_occupancy", "availability_openinterval", "directory_service",
    "directory_service_produces", "directory_service_requires", "directory_service_staff",
    "directory_serviceatlocation", "directory_serviceatlocation_municipalities",
    "directory_token", "network_location", "network_staffmember", "network_traveltime",
)  # fmt: skip
TALK, COOLED = UUID(int=1), 1_000_001
OPEN = """
SELECT resource, kind, during, location_id, tstzrange(lower(during) + interval '30 minutes',
    lower(during) + interval '60 minutes') AS half
FROM availability_openinterval WHERE resource = ANY(%(staff)s) AND day > '2027-03-02'
ORDER BY day, resource LIMIT 1
"""
BOOK = f"""
INSERT INTO availability_occupancy (id, resource, kind, during, reason, location_id, pool)
SELECT %(talk)s, resource, kind, half, 'appointment', location_id, 'regular' FROM ({OPEN}) AS o
"""
COOL = f"""
INSERT INTO availability_coolingtime (id, resource, during, until)
SELECT %(cooled)s, resource, half, '2027-02-22 09:00+00' FROM ({OPEN}) AS o
"""
FULL = """
INSERT INTO availability_occupancy (id, resource, kind, during, reason, pool)
SELECT gen_random_uuid(), seat, 'seat', during, 'appointment', 'regular'
FROM availability_openinterval, unnest(%(seats)s) AS seat WHERE resource = %(session)s
"""
PLACES = "directory_serviceatlocation_municipalities (serviceatlocation_id, municipality_id)"
# Every kind of change that can decide about a search: its table, what was there before, the change.
CHANGES: dict[str, tuple[str, str, str]] = {
    "a talk is booked": ("availability_occupancy", "", BOOK),
    "a talk is moved": (
        "availability_occupancy", BOOK,
        "UPDATE availability_occupancy SET during = tstzrange(lower(during) + interval '1 hour', "
        "upper(during) + interval '1 hour') WHERE id = %(talk)s",
    ),
    "a talk goes to somebody else": (
        "availability_occupancy", BOOK,
        "UPDATE availability_occupancy SET resource = gen_random_uuid() WHERE id = %(talk)s",
    ),
    "a talk is cancelled": (
        "availability_occupancy", BOOK, "DELETE FROM availability_occupancy WHERE id = %(talk)s",
    ),
    "a hold will end earlier": (
        "availability_occupancy", BOOK,
        "UPDATE availability_occupancy SET expires_at = '2027-02-22 07:00+00' WHERE id = %(talk)s",
    ),
    "an interpreter is booked": (
        "availability_occupancy", "",
        BOOK.replace("%(staff)s", "%(interpreters)s"),
    ),
    "a session is full": ("availability_occupancy", "", FULL),
    "all is cleared away": ("availability_occupancy", BOOK, "TRUNCATE availability_occupancy"),
    "somebody is ill": (
        "availability_openinterval", "",
        "DELETE FROM availability_openinterval "
        "WHERE resource = ANY(%(staff)s) AND day = '2027-03-03'",
    ),
    "somebody comes later": (
        "availability_openinterval", "",
        "UPDATE availability_openinterval SET during = tstzrange(lower(during) + interval "
        "'20 minutes', upper(during)) WHERE resource = ANY(%(staff)s) AND day = '2027-03-03'",
    ),
    "somebody works on a Sunday": (
        "availability_openinterval", "",
        "INSERT INTO availability_openinterval (resource, kind, day, during, location_id, pool) "
        "SELECT resource, kind, '2027-03-07', '[2027-03-07 09:00+00,2027-03-07 11:00+00)', "
        f"location_id, 'regular' FROM ({OPEN}) AS o",
    ),
    "a time is given back": ("availability_coolingtime", "", COOL),
    "a time has cooled down": (
        "availability_coolingtime", COOL,
        "DELETE FROM availability_coolingtime WHERE id = %(cooled)s",
    ),
    "a time cools down longer": (
        "availability_coolingtime",
        COOL.replace("2027-02-22 09:00", "2027-02-22 07:00"),
        "UPDATE availability_coolingtime SET until = '2027-02-22 09:00+00' WHERE id = %(cooled)s",
    ),
    "a full session gets two seats more": (
        "availability_groupsession",
        FULL,
        "UPDATE availability_groupsession SET seats = seats + 2 WHERE id = %(session)s",
    ),
    "interpreters want longer notice": (
        "availability_interpreter", "",
        "UPDATE availability_interpreter SET notice_workdays = notice_workdays + 4",
    ),
    "a service lasts longer": (
        "directory_service", "",
        "UPDATE directory_service SET minutes = minutes + 5 WHERE id = %(service)s",
    ),
    "a service brings a state": (
        "directory_service_produces", "",
        "INSERT INTO directory_service_produces (service_id, token_id) "
        "SELECT %(service)s, id FROM directory_token WHERE id NOT IN (SELECT token_id "
        "FROM directory_service_produces WHERE service_id = %(service)s) LIMIT 1",
    ),
    "a service asks for a state": (
        "directory_service_requires", "",
        "INSERT INTO directory_service_requires (service_id, token_id) "
        "SELECT %(service)s, id FROM directory_token WHERE code = 'rehab_need_clarified'",
    ),
    "somebody no longer gives it": (
        "directory_service_staff", "",
        "DELETE FROM directory_service_staff WHERE service_id = %(service)s",
    ),
    "it is given elsewhere": (
        "directory_serviceatlocation", "",
        "UPDATE directory_serviceatlocation AS it SET location_id = (SELECT id FROM "
        "network_location AS l WHERE NOT EXISTS (SELECT FROM directory_serviceatlocation AS s "
        "WHERE s.service_id = %(service)s AND s.location_id = l.id) LIMIT 1) "
        "WHERE service_id = %(service)s AND NOT EXISTS (SELECT FROM "
        "directory_serviceatlocation_municipalities WHERE serviceatlocation_id = it.id)",
    ),
    "it is for others": (
        "directory_serviceatlocation_municipalities", "",
        f"INSERT INTO {PLACES} SELECT l.id, m.id FROM directory_serviceatlocation AS l, "
        "network_municipality AS m WHERE l.service_id = %(service)s AND m.id <> %(home)s "
        "ON CONFLICT DO NOTHING",
    ),
    "a state is there later": (
        "directory_token", "",
        "UPDATE directory_token SET valid_after_days = valid_after_days + 1",
    ),
    "a house gets steps": (
        "network_location", "", "UPDATE network_location SET is_step_free = NOT is_step_free",
    ),
    "somebody leaves": (
        "network_staffmember", "",
        "UPDATE network_staffmember SET left_on = '2027-02-01' WHERE id = ANY(%(staff)s)",
    ),
    "a way takes longer": (
        "network_traveltime", "", "UPDATE network_traveltime SET minutes = minutes + 10",
    ),
}  # fmt: skip
