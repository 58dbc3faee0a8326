"""The permission query for a user with 30,000 grants among 200,000 items."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.machine import median_and_p95, milliseconds
from benchmarks.pages_bench import database

ITEMS, GRANTS, REPEATS = 200_000, 30_000, 100
WALLED = ("people_item", "people_grant", "people_confidentialityrelease")
FILL = """
INSERT INTO people_person (id, network_id, organization_id, code, given_name, family_name,
    native_name, gender, birth_precision, languages, german_level, phone, email,
    interpreter_gender, needs_step_free, constraints, is_invented, created_at{more_columns})
SELECT md5('p' || n)::uuid, %(network)s, %(owner)s, '', 'P' || n, '', '', 'u', 'unknown', '{{de}}',
    '', '', '', 'none', false, '{{}}', true, now(){more_values} FROM generate_series(1, {grants}) n;
INSERT INTO people_item (id, subject_id, organization_id, author_id, category, layer, title, body,
    is_from_person, is_about_third_party, endangers_service, created_at, sealed_because)
SELECT gen_random_uuid(), md5('p' || (1 + n %% {grants}))::uuid, %(owner)s, NULL,
    (ARRAY['contact', 'school', 'qualification', 'debts', 'health', 'housing', 'family'])
        [1 + n %% 7],
    1 + n %% 3, '', 'body', false, false, false, now() - n * interval '1 second', ''
FROM generate_series(1, {items}) n;
INSERT INTO people_grant (id, subject_id, owner_id, recipient_staff_id, categories, purposes,
    layer, basis, statute, necessity_note, valid_from, valid_until)
SELECT gen_random_uuid(), md5('p' || n)::uuid, %(owner)s, %(reader)s, '{{contact,school}}',
    '{{work}}', 2, 'statute', '§ 69 SGB X', 'bench', now() - interval '1 day',
    now() + interval '90 days' FROM generate_series(1, {grants}) n;
ANALYZE people_person, people_item, people_grant;
"""


def main() -> None:
    with database():
        import django  # noqa: PLC0415 - the settings need the database first

        django.setup()
        from django.db import connection, transaction  # noqa: PLC0415 - after the set-up

        from knotenpunkt.config.region.actions import DEMO_REGION, load_region  # noqa: PLC0415
        from knotenpunkt.foundation.scope import system_scope, viewer_scope  # noqa: PLC0415
        from knotenpunkt.network.models import Account  # noqa: PLC0415
        from knotenpunkt.people.models import Person  # noqa: PLC0415
        from knotenpunkt.web.scope import viewer_of  # noqa: PLC0415

        network = load_region(DEMO_REGION)
        reader = Account.objects.get(staff_member__code="st-jc05")
        owner = Account.objects.get(staff_member__code="st-so02").staff_member.organization
        more = _columns_with_defaults(Person)
        sql = FILL.format(
            items=ITEMS, grants=GRANTS,
            more_columns="".join(f", {name}" for name in more),
            more_values="".join(f", {value}" for value in more.values()),
        )  # fmt: skip
        with system_scope("bench"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            for statement in sql.split(";\n"):
                if statement.strip():
                    cursor.execute(
                        statement,
                        {
                            "network": network.pk, "owner": owner.pk,
                            "reader": reader.staff_member.pk,
                        },
                    )  # fmt: skip
        with system_scope("bench"):
            subject = Person.objects.get(given_name="P778")
        who = viewer_of(reader)
        print(f"\nPermission query, {GRANTS} grants, {ITEMS} items, one user")
        with viewer_scope(who):
            with transaction.atomic():
                _measure("both walls", reader, subject, connection)
            for table in WALLED:
                with connection.cursor() as cursor:
                    cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            with transaction.atomic():
                _measure("queries alone", reader, subject, connection)


def _measure(wall: str, reader: Any, subject: Any, connection: Any) -> None:
    """Print what Python waits for, and what the database alone needs to plan and to run it."""
    from knotenpunkt.people.queries import items_visible_to  # noqa: PLC0415 - after the set-up

    questions = {
        "this person's items": items_visible_to(reader).filter(subject=subject),
        "newest page of all": items_visible_to(reader)[:20],
    }
    for name, found in questions.items():
        list(found.all())
        waits = [milliseconds(lambda: list(found.all())) for _ in range(REPEATS)]
        middle, p95 = median_and_p95(waits)
        planned, ran = _in_the_database(found, connection)
        print(
            f"  {name:20} {wall:14} {middle:6.2f} ms median, {p95:6.2f} ms p95;"
            f" database: plans {planned:.2f} ms, runs {ran:.2f} ms"
        )


def _in_the_database(found: Any, connection: Any) -> tuple[float, float]:
    sql, params = found.query.sql_with_params()
    planned, ran = [], []
    with connection.cursor() as cursor:
        for _ in range(REPEATS):
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]
            planned.append(plan["Planning Time"])
            ran.append(plan["Execution Time"])
    return statistics.median(planned), statistics.median(ran)


def _columns_with_defaults(person: type) -> dict[str, str]:
    """Return columns that later migrations added, with a harmless value as SQL."""
    values = {"father_name": "''", "is_pseudonymous": "false"}
    columns = {field.column for field in person._meta.concrete_fields}  # type: ignore[attr-defined]
    return {name: value for name, value in values.items() if name in columns}


if __name__ == "__main__":
    main()
