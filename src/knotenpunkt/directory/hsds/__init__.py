"""The Human Services Data Specification 3.0: its tables, their two shapes, and our rows as such.

A *bundle* is HSDS in tables: `{"services": [{"id": ..., "name": ...}], "phones": [...]}`, keyed by
the stem of each file of the tabular data package. Everything else is a view of a bundle.
"""
