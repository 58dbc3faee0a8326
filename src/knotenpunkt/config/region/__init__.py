"""Region files: everything an installation must know of one Kreis, as one YAML document.

`check.check_region` validates without touching the database; `actions.load_region` writes all
or nothing. The demo region lies in `data/musterkreis.yaml`; everything in it is invented.
"""
