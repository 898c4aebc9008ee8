import django.db.models.deletion
from django.db import migrations, models

# Invitations go with their residents, past Django; the applications that came by them stay.
ADD = """
    ALTER TABLE residents_verificationapplication ADD CONSTRAINT application_of_invitation
    FOREIGN KEY (invitation_id) REFERENCES residents_invitation (id)
    ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE residents_verificationapplication DROP CONSTRAINT application_of_invitation"


class Migration(migrations.Migration):
    dependencies = [("residents", "0008_verification")]

    operations = [
        migrations.AlterField(
            model_name="verificationapplication",
            name="invitation",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="residents.invitation",
            ),
        ),
        migrations.RunSQL(ADD, DROP),
    ]
