from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities import tree
from communities.branches import MOST_FOUND, children_between, tree_around, tree_of_found
from communities.forms import NodeForm
from communities.levels import label_of
from communities.models import BuildingNode, Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, next_url, posted, render_screen
from haina.lib.requests import number
from haina.lib.text import tidy


@allow(Section.COMMUNITIES.view)
@require_GET
def community_tree(request, pk):
    community = get_object_or_404(Community.objects.within(request.scope), pk=pk)
    query = tidy(request.GET.get("q", ""))
    context = {"community": community, "query": query, "most_found": MOST_FOUND}
    if query:
        context["branch"], context["found"] = tree_of_found(query, community)
    else:
        context["branch"] = tree_around(current_node(request, community), community)
        context["levels"] = levels_of(community)
    return render_screen(request, "communities/tree.html", context, fragment="tree")


@allow(Section.COMMUNITIES.view)
@require_GET
def node_children(request, pk, node):
    """What opens below a node, or fills a gap between two of its children."""
    node = node_of(request, pk, node)
    start = max(number(request.GET.get("start"), 0), node.lft + 1)
    end = min(number(request.GET.get("end"), 0) or node.rght, node.rght)
    parts = children_between(node, node.community, start, end)
    context = {"community": node.community, "parent": node, "parts": parts}
    return render_screen(request, "communities/node_children.html", context, fragment="children")


@allow(Section.COMMUNITIES.manage)
@require_GET
def node_menu(request, pk, node):
    """What can be done with a node. `next` is the page to come back to."""
    node = node_of(request, pk, node)
    context = {"node": node, "community": node.community, "actions": actions_of(request, node)}
    return render_screen(request, "communities/node_menu.html", context, fragment="menu")


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def node_add(request, pk, node):
    parent = node_of(request, pk, node)
    if not parent.may_have_children:
        return no_level_below(request, parent)
    form = NodeForm(posted(request), level=parent.level_below)
    if not form.is_valid():
        return node_screen(request, "communities/node_add.html", form, parent)

    name = form.cleaned_data["name"]
    try:
        tree.branch(parent.community, parent.pk, name, by=request.actor, now=timezone.now())
    except tree.TreeRefused as refusal:
        form.add_error("name", str(refusal))
        return node_screen(request, "communities/node_add.html", form, parent)
    messages.success(request, _("已添加“%s”。") % name)
    return go(request, next_url(request, tree_url(request, parent)))


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def node_rename(request, pk, node):
    node = node_of(request, pk, node, below_root=True)
    community = node.community
    form = NodeForm(posted(request), level=node.level_name, initial={"name": node.name})
    if not form.is_valid():
        return node_screen(request, "communities/node_rename.html", form, node)

    name = form.cleaned_data["name"]
    try:
        tree.rename(community, node.pk, name, by=request.actor, now=timezone.now())
    except tree.TreeRefused as refusal:
        form.add_error("name", str(refusal))
        return node_screen(request, "communities/node_rename.html", form, node)
    messages.success(request, _("已改名为“%s”。") % name)
    return go(request, next_url(request, tree_url(request, node)))


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def node_delete(request, pk, node):
    node = node_of(request, pk, node, below_root=True)
    community = node.community
    residents = tree.residents_between(community, node.lft, node.rght)
    refusal = tree.StillInhabited(residents) if residents else None
    context = {"refusal": refusal, "residents_at": f"community={pk}&node={node.pk}"}
    context["sees_residents"] = request.rights.cover(Section.RESIDENTS.view)
    if request.method == "GET":
        return node_screen(request, "communities/node_delete.html", None, node, **context)

    try:
        gone = tree.fell(community, node.pk, by=request.actor, now=timezone.now())
    except tree.TreeRefused as refusal:
        context["refusal"] = refusal
        return node_screen(request, "communities/node_delete.html", None, node, **context)
    messages.success(
        request, _("已删除“%(name)s”，共 %(n)d 个楼栋节点。") % {"name": node.name, "n": gone}
    )
    parent = node.parent
    return go(request, past_gone(next_url(request, tree_url(request, parent)), parent))


def levels_of(community: Community) -> list[dict]:
    """Each level's place, name and number of nodes."""
    numbers = BuildingNode.objects.filter(community=community).on_each_level()
    return [
        {"label": label_of(number), "name": name, "number": numbers.get(number + 1, 0)}
        for number, name in enumerate(community.levels)
    ]


def node_of(request, pk, node, *, below_root: bool = False) -> BuildingNode:
    nodes = BuildingNode.objects.within(request.scope).select_related("community", "parent")
    if below_root:
        nodes = nodes.filter(level__gt=0)
    return get_object_or_404(nodes, community_id=pk, pk=node)


def actions_of(request, node: BuildingNode) -> list[dict]:
    """The items of a node's menu. The community itself is renamed and deleted in the list."""
    below = [("node_add", _("添加下一级")), ("node_add_range", _("批量添加"))]
    itself = [("node_rename", _("重命名")), ("node_delete", _("删除"))]
    names = (below if node.may_have_children else []) + ([] if node.is_root else itself)
    query = {"next": next_url(request, tree_url(request, node))}
    args = [request.account.slug, node.tree_id, node.pk]
    return [
        {
            "label": label,
            "url": reverse(f"communities:{name}", args=args, query=query),
            "danger": name == "node_delete",
        }
        for name, label in names
    ]


def current_node(request, community: Community) -> BuildingNode:
    """The node that ?node= names; the root if it is not there (any more)."""
    nodes = BuildingNode.objects.within(request.scope).filter(community=community)
    chosen = nodes.filter(pk=number(request.GET.get("node"), 0)).first()
    return chosen or nodes.root_of(community)


def tree_url(request, node: BuildingNode) -> str:
    args = [request.account.slug, node.tree_id]
    return reverse("communities:tree", args=args, query={"node": node.pk})


def past_gone(url: str, parent: BuildingNode) -> str:
    """A page that stood at a node which is gone now stands at the parent of what was deleted."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    chosen = number(query.get("node"), 0)
    nodes = BuildingNode.objects.filter(tree_id=parent.tree_id)
    if chosen and not nodes.filter(pk=chosen).exists():
        query["node"] = str(parent.pk)
    return parts._replace(query=urlencode(query)).geturl()


def no_level_below(request, node: BuildingNode):
    messages.error(request, str(tree.TooDeep(node.community)))
    return go(request, next_url(request, tree_url(request, node)))


def node_screen(request, template: str, form, node: BuildingNode, **more):
    back = next_url(request, tree_url(request, node))
    context = {"form": form, "node": node, "community": node.community, "back": back, **more}
    refused = request.method == "POST" and "preview" not in more
    status = REFUSED_FORM if refused else 200
    return render_screen(request, template, context, fragment="form", status=status)
