"""Workbooks in and out: the only importer of openpyxl and xlrd.

Whoever wants rows calls reader.read, whoever wants a file calls writer.write_workbook; what can go
wrong on the way in is listed in refusals. gate, xlsx, xls and child run in a process of their own.
"""
