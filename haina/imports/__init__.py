"""The engine of imports: a workbook of people, read, checked row by row, planned, and applied as
one. Residents and staff share it; what each says of its own is one Importer and one Contract.

layout (the header) -> cells (what people type) -> rows and sheet (entries and problems) -> plan
(what would change) -> preview and errors (what people see of it) -> run (one transaction), undo
(back again). service is what screens call, jobs what workers do, stages, decision and views the
pages. contract and whatever comes before the plan is pure: no database, no clock.
"""
