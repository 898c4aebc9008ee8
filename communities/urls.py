from django.urls import path

from communities.views import communities, nodes, ranges, structure

app_name = "communities"
urlpatterns = [
    path("", communities.community_list, name="list"),
    path("add/", communities.community_add, name="add"),
    path("structure/", structure.export_structure, name="export_structure"),
    path("ranges/<int:pk>/", ranges.range_job, name="range_job"),
    path("<int:pk>/edit/", communities.community_edit, name="edit"),
    path("<int:pk>/delete/", communities.community_delete, name="delete"),
    path("<int:pk>/tree/", nodes.community_tree, name="tree"),
    path("<int:pk>/nodes/<int:node>/children/", nodes.node_children, name="node_children"),
    path("<int:pk>/nodes/<int:node>/menu/", nodes.node_menu, name="node_menu"),
    path("<int:pk>/nodes/<int:node>/add/", nodes.node_add, name="node_add"),
    path("<int:pk>/nodes/<int:node>/add-range/", ranges.node_add_range, name="node_add_range"),
    path("<int:pk>/nodes/<int:node>/rename/", nodes.node_rename, name="node_rename"),
    path("<int:pk>/nodes/<int:node>/delete/", nodes.node_delete, name="node_delete"),
]
