from django.db import migrations

# gen_random_uuid() has 122 random bits from the system's own source; the hash spreads them over 64, without the sign.
FORWARD = """
CREATE FUNCTION pystagram_random_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT hashtextextended(gen_random_uuid()::text, 0) & 9223372036854775807
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_ids")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION pystagram_random_id();")]
