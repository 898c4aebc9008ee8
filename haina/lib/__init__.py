"""Tools without a domain noun. Imports no other part of the project."""
