import django_tables2 as tables
from django.utils.translation import gettext_lazy as _


class TrailTable(tables.Table):
    """Lines of the trail, newest first."""

    at = tables.DateTimeColumn(
        accessor="entry__at", verbose_name=_("时间"), format="Y-m-d H:i:s", orderable=False
    )
    actor = tables.Column(verbose_name=_("操作人"), orderable=False)
    action = tables.Column(verbose_name=_("操作"), orderable=False)
    objects = tables.TemplateColumn(
        template_name="trail/objects.html", verbose_name=_("对象"), orderable=False
    )
    count = tables.Column(accessor="entry__count", verbose_name=_("数量"), orderable=False)
    fields = tables.Column(verbose_name=_("字段"), orderable=False, default="")
    reason = tables.Column(verbose_name=_("原因"), orderable=False, default="")
    source = tables.Column(
        accessor="entry__address", verbose_name=_("来源"), orderable=False, default=""
    )

    class Meta:
        empty_text = ""

    def __init__(self, lines, *, slug):
        super().__init__(lines)
        self.slug = slug

    def render_count(self, value):
        return value or ""
