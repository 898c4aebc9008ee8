from django.urls import path

from followers.views import changes, followers, tags

app_name = "followers"
urlpatterns = [
    path("", followers.follower_list, name="list"),
    path("search/", followers.follower_search, name="search"),
    path("news/", followers.follower_news, name="news"),
    path("sync/", followers.follower_sync, name="sync"),
    path("tag/", changes.follower_change, {"act": "tag"}, name="tag"),
    path("star/", changes.follower_change, {"act": "star"}, name="star"),
    path("unstar/", changes.follower_change, {"act": "unstar"}, name="unstar"),
    path("block/", changes.follower_change, {"act": "block"}, name="block"),
    path("unblock/", changes.follower_change, {"act": "unblock"}, name="unblock"),
    path("jobs/<int:pk>/", changes.change_job, name="change_job"),
    path("tags/add/", tags.tag_add, name="tag_add"),
    path("tags/<int:pk>/rename/", tags.tag_rename, name="tag_rename"),
    path("tags/<int:pk>/delete/", tags.tag_delete, name="tag_delete"),
    path("<int:pk>/star/", followers.follower_star, name="star_one"),
    path("<int:pk>/remark/", followers.follower_remark, name="remark"),
]
