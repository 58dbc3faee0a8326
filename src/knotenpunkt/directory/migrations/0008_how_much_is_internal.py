from django.db import migrations

# How many entries are for the house alone stands inside a JSON column, where PostgreSQL guesses one
# in two hundred. It is nearly none, and with the guess a search looks up every house for every row.
STATISTICS = """
CREATE STATISTICS directory_service_basics ON (visibility -> 'basics') FROM directory_service;
ANALYZE directory_service;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_since_when_an_entry_stands")]

    operations = [migrations.RunSQL(STATISTICS, "DROP STATISTICS directory_service_basics")]
