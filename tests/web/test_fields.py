"""How one field of a form is drawn: its name, its hint and its error belong to it."""

from __future__ import annotations

import re

from django import forms

from knotenpunkt.web.forms import KernRenderer


class Sample(forms.Form):
    name = forms.CharField()
    agreed = forms.BooleanField(help_text="Please agree.")
    languages = forms.MultipleChoiceField(
        choices=[("uk", "Ukrainian"), ("ar", "Arabic")], widget=forms.CheckboxSelectMultiple
    )


def drawn(name: str) -> str:
    return str(Sample({}, renderer=KernRenderer())[name].as_field_group())


def test_many_boxes_have_one_legend_above_them() -> None:
    page = drawn("languages")

    assert page.index("<legend>Languages") < page.index("Ukrainian")
    assert re.findall(r'<label for="([^"]*)"', page) == ["id_languages_0", "id_languages_1"]


def test_whatever_describes_a_field_is_on_the_page() -> None:
    for name in ("name", "agreed", "languages"):
        page = drawn(name)
        ids = [
            it for names in re.findall(r'aria-describedby="([^"]+)"', page) for it in names.split()
        ]

        assert ids != []
        assert [it for it in ids if f'id="{it}"' not in page] == []
