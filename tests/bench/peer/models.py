from django.db import models
from mptt.models import MPTTModel, TreeForeignKey


class Node(MPTTModel):
    name = models.CharField(max_length=100)
    parent = TreeForeignKey("self", models.CASCADE, null=True, related_name="children")

    class Meta:
        app_label = "peer"


class Person(models.Model):
    name = models.CharField(max_length=40, db_index=True)
    gender = models.CharField(max_length=6, blank=True)
    identity = models.CharField(max_length=12)
    lease_ends_on = models.CharField(max_length=10, blank=True, null=True)  # noqa: DJ001 - as it reads
    phone = models.CharField(max_length=20, db_index=True)
    id_number = models.CharField(max_length=30, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"#{self.pk}"


class Housed(Person):
    """A resident in a room of the tree."""

    room = models.ForeignKey(Node, models.CASCADE)

    class Meta:
        app_label = "peer"


class Flat(Person):
    """A resident as the sheet has them: ten columns of text."""

    community = models.CharField(max_length=100)
    block = models.CharField(max_length=100)
    unit = models.CharField(max_length=100)
    room = models.CharField(max_length=100)

    class Meta:
        app_label = "peer"
