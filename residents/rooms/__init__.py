"""房态图: a building as sections, floors and rooms, and what there is to know of one room."""
