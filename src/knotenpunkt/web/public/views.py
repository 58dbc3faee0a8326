"""Pages for everyone: where to begin, and a slip by its code."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from knotenpunkt.visits.codes import read_code
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.queries import visit_of_code
from knotenpunkt.web.access import anyone
from knotenpunkt.web.slip.pdf import slip_as_pdf
from knotenpunkt.web.slip.view import slip_of


class CodeForm(forms.Form):
    """The code from a slip, however it was typed."""

    code = forms.CharField(label=_("Code on your slip"), max_length=20)

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("A code has eight signs, such as K7QM-2XRD."))
        return code


@anyone
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a slip."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("public:slip", form.cleaned_data["code"])
    return render(request, "public/start.html", {"form": form}, status=422 if form.errors else 200)


def _visit(code: str) -> Visit:
    visit = visit_of_code(code)
    if visit is None:
        raise Http404
    return visit


@anyone
@never_cache
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """Show the slip to whoever carries its code."""
    return render(request, "public/slip.html", {"slip": slip_of(_visit(code))})


@anyone
@never_cache
def slip_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(slip_as_pdf(slip_of(_visit(code))), content_type="application/pdf")
