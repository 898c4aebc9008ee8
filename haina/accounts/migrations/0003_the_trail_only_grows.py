import django.contrib.postgres.indexes
import pgtrigger.migrations
from django.db import migrations, models

# Plain triggers: those of django-pgtrigger look at a variable that every connection may set.
GUARD = """
CREATE FUNCTION trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '3 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the trail only grows: % is refused', TG_OP;
END $$;

CREATE TRIGGER trail_only_grows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION trail_only_grows();
CREATE TRIGGER trail_is_not_emptied BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION trail_only_grows();
"""
NO_GUARD = """
DROP TRIGGER trail_is_not_emptied ON accounts_auditentry;
DROP TRIGGER trail_only_grows ON accounts_auditentry;
DROP FUNCTION trail_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_reason")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="auditentry", name="audit_is_append_only"),
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["account", "user", "-at", "-id"], name="audit_by_user"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["account", "action", "-at", "-id"], name="audit_by_action"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["ids"], name="audit_by_object"),
        ),
    ]
