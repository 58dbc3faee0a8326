"""The database seals every entry of the read log at its commit; seals cannot be rewritten."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_seal_read() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    chain date := date_trunc('month', NEW.at AT TIME ZONE 'UTC')::date;
    last people_readseal%ROWTYPE;
    content text;
    sealed text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('people_readseal'), (chain - date '2000-01-01'));
    SELECT * INTO last FROM people_readseal s
        WHERE s.month = chain ORDER BY s.position DESC LIMIT 1;
    content := concat(
        NEW.id, '|', to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '|',
        NEW.person_id, '|', NEW.account_id, '|', NEW.organization_id, '|', NEW.what, '|',
        NEW.basis, '|', NEW.item_id, '|', NEW.grant_id, '|', NEW.purpose
    );
    sealed := encode(sha256(convert_to(content, 'UTF8')), 'hex');
    INSERT INTO people_readseal (month, position, entry_id, content_hash, hash)
    VALUES (
        chain, coalesce(last.position, 0) + 1, NEW.id, sealed,
        encode(sha256(convert_to(coalesce(last.hash, '') || sealed, 'UTF8')), 'hex')
    );
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER people_read_is_sealed AFTER INSERT ON people_readentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION people_seal_read();

CREATE FUNCTION people_keep_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND kp_kind() = 'system'
        AND (NEW.month, NEW.position, NEW.entry_id, NEW.content_hash, NEW.hash)
            = (OLD.month, OLD.position, OLD.entry_id, OLD.content_hash, OLD.hash) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND kp_kind() = 'system' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a seal is never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_seal_is_never_rewritten';
END $$;
CREATE TRIGGER people_seal_is_kept BEFORE UPDATE OR DELETE ON people_readseal
    FOR EACH ROW EXECUTE FUNCTION people_keep_seal();
"""
BACK = """
DROP TRIGGER people_seal_is_kept ON people_readseal;
DROP FUNCTION people_keep_seal();
DROP TRIGGER people_read_is_sealed ON people_readentry;
DROP FUNCTION people_seal_read();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_seal")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
