import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from communities.models import Community


class CommunityTable(tables.Table):
    """The guide's columns. The name leads to the tree."""

    name = tables.TemplateColumn(
        template_name="communities/cells/name.html", order_by=("name_key", "pk")
    )
    structure = tables.Column(verbose_name=_("楼栋结构"), orderable=False)
    phone = tables.Column(orderable=False, default="")
    actions = tables.TemplateColumn(
        template_name="communities/cells/actions.html", verbose_name=_("操作"), orderable=False
    )

    class Meta:
        model = Community
        fields = ()
        empty_text = ""

    def __init__(self, *args, rights, **kwargs):
        hidden = () if rights.manage_communities else ("actions",)
        super().__init__(*args, exclude=hidden, **kwargs)
