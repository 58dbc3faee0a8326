"""Bounded attacks on the booking: each counts violations, and each control must be caught.

Django is set up here, before any module of this package is read.
"""

import os

import django

os.environ.setdefault("DEMO", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
django.setup()
