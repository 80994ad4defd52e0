"""Triggers that note a change of what a person's card shows; accounts/models/changes.py:PersonChange says what for."""

import django.db.models.deletion
from django.db import migrations, models

import api.ids

FORWARD = """
ALTER TABLE accounts_personchange ADD CONSTRAINT change_goes_with_person
    FOREIGN KEY (person_id) REFERENCES accounts_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION accounts_note_changed_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_personchange (person_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION accounts_note_changed_avatar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_personchange (person_id) SELECT id FROM accounts_user WHERE avatar_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION accounts_note_changed_renditions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_personchange (person_id)
    SELECT DISTINCT person.id FROM changed JOIN accounts_user person ON person.avatar_id = changed.media_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER person_changed AFTER UPDATE OF username, name, avatar_id, is_private ON accounts_user FOR EACH ROW
WHEN ((OLD.username, OLD.name, OLD.avatar_id, OLD.is_private)
    IS DISTINCT FROM (NEW.username, NEW.name, NEW.avatar_id, NEW.is_private))
EXECUTE FUNCTION accounts_note_changed_person();
CREATE TRIGGER person_avatar_changed AFTER UPDATE OF prefix ON media_media FOR EACH ROW
WHEN (OLD.prefix IS DISTINCT FROM NEW.prefix) EXECUTE FUNCTION accounts_note_changed_avatar();
CREATE TRIGGER person_changed_by_insert AFTER INSERT ON media_rendition REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION accounts_note_changed_renditions();
CREATE TRIGGER person_changed_by_update AFTER UPDATE ON media_rendition REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION accounts_note_changed_renditions();
CREATE TRIGGER person_changed_by_delete AFTER DELETE ON media_rendition REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION accounts_note_changed_renditions();
"""
BACKWARD = """
DROP TRIGGER person_changed ON accounts_user;
DROP TRIGGER person_avatar_changed ON media_media;
DROP TRIGGER person_changed_by_insert ON media_rendition;
DROP TRIGGER person_changed_by_update ON media_rendition;
DROP TRIGGER person_changed_by_delete ON media_rendition;
DROP FUNCTION accounts_note_changed_person();
DROP FUNCTION accounts_note_changed_avatar();
DROP FUNCTION accounts_note_changed_renditions();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_failed_log_ins"), ("media", "0005_media_in_grace")]
    operations = [
        migrations.CreateModel(
            name="PersonChange",
            fields=[
                ("id", api.ids.IdField(db_default=api.ids.GenerateId(), editable=False, primary_key=True, serialize=False)),
                ("person", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="changes", to="accounts.user")),
            ],
            options={"indexes": [models.Index(fields=["person", "id"], name="changes_of_person")]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
