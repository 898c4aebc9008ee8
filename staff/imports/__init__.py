"""Importing staff: what the engine of haina/imports has to know of them.

columns (the header) -> names (of communities and departments, in cells and back) -> contract (rows
and people) -> template (the workbook to fill in) -> apply and undo (one transaction) -> importer
(all of it, as the engine asks for it).
"""
