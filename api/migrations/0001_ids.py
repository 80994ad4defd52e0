from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

# See api/ids.py for the layout. 1767225600000 is 2026-01-01T00:00:00Z in milliseconds.
FORWARD = """
CREATE SEQUENCE pystagram_id_sequence CYCLE MAXVALUE 1048575;
CREATE FUNCTION pystagram_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT ((extract(epoch FROM clock_timestamp()) * 1000)::bigint - 1767225600000 << 22)
         | (nextval('pystagram_id_sequence') & 1023)
$$;
"""
BACKWARD = "DROP FUNCTION pystagram_id(); DROP SEQUENCE pystagram_id_sequence;"


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []
    operations = [
        CreateExtension("btree_gin"),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
