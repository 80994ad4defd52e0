from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

# See api/ids.py for the layout. 1767225600000 is 2026-01-01T00:00:00Z in milliseconds.
#
# The sequence is a clock: it holds milliseconds << 10, and every id is the next tick. Nothing repeats, however many ids
# one millisecond makes; a burst runs ahead of the clock instead. When it has fallen behind by 64 ms, whoever sees that
# first moves it on to now. The margin is what makes that safe without waiting for a lock: no burst draws 65,536 ticks
# between the look and the move.
FORWARD = """
CREATE SEQUENCE pystagram_id_sequence;
CREATE FUNCTION pystagram_id() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    tick bigint := nextval('pystagram_id_sequence');
    now_tick bigint := ((extract(epoch FROM clock_timestamp()) * 1000)::bigint - 1767225600000) << 10;
BEGIN
    IF tick < now_tick - 65536 AND pg_try_advisory_lock(1767225600) THEN
        tick := nextval('pystagram_id_sequence');
        IF tick < now_tick - 65536 THEN
            tick := setval('pystagram_id_sequence', now_tick);
        END IF;
        PERFORM pg_advisory_unlock(1767225600);
    END IF;
    RETURN ((tick >> 10) << 22) | (tick & 1023);
END
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
