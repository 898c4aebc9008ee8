"""The main job: a workbook of residents, read, checked row by row, planned, and applied as one.

columns (the contract of the header) -> template (the workbook to fill in) -> cells (what people
type) -> rows and sheet (entries and problems) -> plan (what would change; pure) -> preview and
errors (what people see of it) -> apply (one transaction), undo (back again). run puts them
together, for the jobs and for the command line; service is what the screens call.
"""
