"""Forms in the look of KERN: label, hint, field and error in one block."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class KernRenderer(TemplatesSetting):
    """Fields render through `components/_field.html`."""

    field_template_name = "components/_field.html"
