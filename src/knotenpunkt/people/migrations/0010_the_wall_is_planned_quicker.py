"""The same wall, quicker: what policies ask is not parsed and planned anew with each statement.

PostgreSQL writes the body of an SQL function into each place of a statement that calls it, or
plans it with each statement if it holds a subquery. A policy calls a dozen of them. PL/pgSQL keeps
the plan for the connection. Backwards there is nothing to do: both versions answer the same.
"""

from django.db import migrations


def _function(name: str, returns: str, answer: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name} RETURNS {returns} LANGUAGE plpgsql STABLE AS"
        f" $$ BEGIN RETURN {answer}; END $$;"
    )


def _setting(name: str, returns: str) -> str:
    answer = f"nullif(current_setting('knotenpunkt.{name}', true), '')::{returns}"
    return _function(f"kp_{name}()", returns, answer)


# In two steps, as almost everybody passes the first, which needs no query.
LEADS = """
CREATE OR REPLACE FUNCTION kp_leads(subject uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF kp_role() <> 'confidential_worker' THEN
        RETURN true;
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM people_person WHERE id = subject AND case_lead_id = kp_staff_member()
    );
END $$;
"""
FUNCTIONS = LEADS + "\n".join(
    (
        _setting("kind", "text"),
        _setting("role", "text"),
        _setting("staff_member", "uuid"),
        _setting("organization", "uuid"),
        _setting("person", "uuid"),
        _function(
            "kp_now()",
            "timestamptz",
            "coalesce(nullif(current_setting('knotenpunkt.now', true), '')::timestamptz, now())",
        ),
        _function(
            "kp_reads_contents()",
            "boolean",
            """coalesce(kp_kind() = 'staff' AND kp_role() NOT IN (
                'manager', 'administrator', 'data_protection_officer', 'interpreter',
                'interpreter_coordinator'
            ), false)""",
        ),
        _function(
            "kp_may_receive()",
            "boolean",
            """kp_reads_contents() AND kp_role() <> 'front_desk' AND EXISTS (
                SELECT 1 FROM network_organization
                WHERE id = kp_organization() AND legal_class <> 'immigration_office'
                    AND (valid_to IS NULL OR valid_to > (kp_now() AT TIME ZONE 'Europe/Berlin')::date)
            )""",
        ),
    )
)


class Migration(migrations.Migration):
    dependencies = [("people", "0009_holds_are_behind_the_second_wall")]
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
