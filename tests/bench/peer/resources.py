from import_export import fields, resources

from tests.bench.peer.models import Flat, Housed, Node
from tests.bench.people import COMMUNITY, HEADINGS, LEVELS

ATTRIBUTES = ("name", "gender", "identity", "lease_ends_on", "phone", "id_number")
PLACE = ("community", "block", "unit", "room")


def columns(attributes) -> dict[str, fields.Field]:
    return {
        name: fields.Field(name, heading)
        for name, heading in zip(attributes, HEADINGS, strict=False)
    }


class FlatResource(resources.ModelResource):
    locals().update(columns(ATTRIBUTES + PLACE))

    class Meta:
        model = Flat
        fields = ATTRIBUTES + PLACE
        import_id_fields = ()  # every row is new: no look-up for each
        force_init_instance = True
        use_bulk = True
        skip_diff = True


class TreeResource(resources.ModelResource):
    """The building nodes on the way to a room are made by the rows that need them."""

    locals().update(columns(ATTRIBUTES))

    class Meta:
        model = Housed
        fields = ATTRIBUTES
        import_id_fields = ()
        force_init_instance = True

    def before_import_row(self, row, **kwargs):
        node, _ = Node.objects.get_or_create(name=COMMUNITY, parent=None)
        for level in LEVELS:
            node, _ = Node.objects.get_or_create(name=row[level], parent=node)
        self.room = node

    def before_save_instance(self, instance, row, **kwargs):
        instance.room = self.room
