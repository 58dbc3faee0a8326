"""Book a held visit with its appointments, and say whether it was offered to someone in line.

Its plans are kept, and find the few rows by index even if they were made for short tables.
"""

from django.db import migrations

BOOK = """
CREATE FUNCTION kp_book_visit(
    which uuid, new_status text, at timestamptz, held text, booked text
) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    UPDATE visits_visit SET status = new_status, confirmed_at = at, hold_expires_at = NULL
    WHERE id = which;
    UPDATE visits_appointment SET status = booked WHERE visit_id = which AND status = held;
    RETURN EXISTS (SELECT FROM visits_waitingoffer WHERE visit_id = which);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0008_a_booking_looks_at_few_rows"),
        ("visits", "0010_words_for_a_hold"),
    ]

    operations = [migrations.RunSQL(BOOK, "DROP FUNCTION kp_book_visit")]
