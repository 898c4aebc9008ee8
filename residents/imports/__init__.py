"""The main job: a workbook of residents, read, checked row by row, and applied as one.

columns (the contract of the header) -> template (the workbook to fill in) -> cells (what people
type) -> rows (a sheet's rows as entries and problems) -> plan (what would change; pure) -> apply
(one transaction) -> run (all of it, for the job and for the command line).
"""
