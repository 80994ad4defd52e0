"""The log of decisions takes rows and gives none back: the database refuses to change, delete or truncate it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION moderation_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions are only added, never changed or removed'
    USING ERRCODE = 'insufficient_privilege', HINT = 'Take a decision back by another one.';
END
$$;
CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE ON moderation_decision
FOR EACH ROW EXECUTE FUNCTION moderation_refuse();
CREATE TRIGGER decisions_stay_all BEFORE TRUNCATE ON moderation_decision
FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse();
"""
BACKWARD = """
DROP TRIGGER decisions_stay_all ON moderation_decision;
DROP TRIGGER decisions_stay ON moderation_decision;
DROP FUNCTION moderation_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_cases")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
