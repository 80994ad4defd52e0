"""How many changes a person has, for PostgreSQL's plans: where a few people had all of a small table, it expected dozens
and read the table for each row of a list, which took a feed of 100 longer than all the rest."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_people_away")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_personchange ALTER person_id SET (n_distinct = -0.5); ANALYZE accounts_personchange",
            "ALTER TABLE accounts_personchange ALTER person_id RESET (n_distinct)",
        )
    ]
