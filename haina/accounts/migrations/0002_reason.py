from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="原因"),
            preserve_default=False,
        ),
    ]
