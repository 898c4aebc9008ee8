import django.db.models.deletion
from django.db import migrations, models

import haina.lib.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("wechat", "0003_aes_key_changed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wechat.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "number"), name="trial_once")
                ],
            },
        ),
        # They last ten minutes: whoever is under way opens the page again.
        migrations.RunSQL("DELETE FROM wechat_oauthstate", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="oauthstate", name="path"),
        migrations.AddField(
            model_name="oauthstate",
            name="path",
            field=haina.lib.encryption.EncryptedTextField(default=""),
            preserve_default=False,
        ),
    ]
