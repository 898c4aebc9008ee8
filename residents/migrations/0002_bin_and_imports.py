import django.contrib.postgres.fields
import django.db.models.deletion
import phonenumber_field.modelfields
from django.db import migrations, models

import haina.lib.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("jobs", "0001_initial"),
        ("residents", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor", models.CharField(max_length=60, verbose_name="操作人")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "正在读取"),
                            ("planned", "待确认"),
                            ("applied", "已导入"),
                            ("refused", "未导入"),
                            ("dropped", "已放弃"),
                            ("undone", "已撤销"),
                        ],
                        default="reading",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "policy",
                    models.CharField(
                        blank=True,
                        choices=[("skip", "跳过"), ("fill", "补全空白"), ("overwrite", "覆盖")],
                        max_length=10,
                        verbose_name="已有住户",
                    ),
                ),
                ("good_rows_only", models.BooleanField(default=False)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("message", models.TextField(blank=True)),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("preview", haina.lib.encryption.EncryptedTextField(blank=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                (
                    "created_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                (
                    "changed_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                (
                    "node_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("not_undone", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("decided_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=60)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.administrator",
                        verbose_name="操作人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imports",
                        to="communities.community",
                    ),
                ),
                (
                    "errors",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入记录",
                "verbose_name_plural": "导入记录",
                "indexes": [models.Index(fields=["community", "-id"], name="import_newest")],
            },
        ),
        migrations.CreateModel(
            name="RemovedResident",
            fields=[
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("name_key", models.CharField(db_collation="C", editable=False, max_length=200)),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("male", "男"), ("female", "女")],
                        max_length=6,
                        verbose_name="性别",
                    ),
                ),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("owner", "业主"),
                            ("family", "家属"),
                            ("tenant", "长期租客"),
                            ("term_tenant", "限期租客"),
                        ],
                        max_length=12,
                        verbose_name="用户身份",
                    ),
                ),
                (
                    "lease_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="租约到期时间"),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        max_length=128, region=None, verbose_name="手机号"
                    ),
                ),
                ("phone_last4", models.CharField(editable=False, max_length=4)),
                (
                    "id_number",
                    haina.lib.encryption.EncryptedTextField(blank=True, verbose_name="证件号"),
                ),
                ("id_number_hash", models.BinaryField(max_length=32, null=True)),
                (
                    "verification",
                    models.CharField(
                        choices=[("unverified", "未认证"), ("verified", "已认证")],
                        default="unverified",
                        max_length=12,
                        verbose_name="认证状态",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("room_id", models.BigIntegerField()),
                ("address", models.CharField(max_length=400, verbose_name="住址")),
                ("removed_at", models.DateTimeField(verbose_name="删除时间")),
                ("removed_by", models.CharField(max_length=60, verbose_name="操作人")),
                ("act", models.CharField(db_index=True, editable=False, max_length=32)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="removed_residents",
                        to="communities.community",
                    ),
                ),
            ],
            options={
                "verbose_name": "已删除的住户",
                "verbose_name_plural": "已删除的住户",
                "indexes": [
                    models.Index(fields=["community", "-removed_at", "-id"], name="removed_newest")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="resident",
            index=models.Index(
                condition=models.Q(("lease_ends_on__isnull", False)),
                fields=["community", "lease_ends_on"],
                name="resident_by_lease_end",
            ),
        ),
    ]
