"""Her own picture: given by herself, shown to partners, taken away at once."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.actions.pictures import give_photo, remove_photo
from knotenpunkt.directory.models import StaffPhoto
from knotenpunkt.directory.pictures import MOST_BYTES, NotAPicture
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.views import network_of

SAYING = {
    "too_large": _("This picture is too large: five megabytes at most."),
    "unreadable": _("This is no picture that can be read. Please choose a JPEG, PNG or WebP."),
}


class PhotoForm(forms.Form):
    """A picture file; its contents are looked at by whoever keeps it."""

    picture = forms.FileField(
        label=_("Picture (JPEG, PNG or WebP)"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_picture(self) -> bytes:
        file = self.cleaned_data["picture"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(SAYING["too_large"])
        return bytes(file.read())


@staff(roles=EVERYONE)
def photo(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Give the picture of a colleague who works in this network today."""
    found = StaffPhoto.objects.filter(
        staff_member__organization__network=network_of(request), staff_member__left_on=None
    )
    row = get_object_or_404(found, staff_member=staff_id)
    answer = HttpResponse(bytes(row.picture), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"  # taken away means gone, in browsers too
    return answer


@staff(roles=EVERYONE)
def photo_change(request: DeskRequest) -> HttpResponse:
    """Let her give a picture of herself, or see the one she gave."""
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_photo(uploaded=form.cleaned_data["picture"], by=request.user)
        except NotAPicture as error:
            form.add_error("picture", SAYING[error.reason])
        else:
            messages.success(request, gettext("Saved. Colleagues of partners see your picture."))
            return redirect("desk:directory_person", request.user.staff_member.pk)
    me = request.user.staff_member
    has_photo = StaffPhoto.objects.filter(staff_member=me).exists()
    context = {"form": form, "me": me, "has_photo": has_photo, "nav": "directory"}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/directory/photo.html", context, status=status)


@require_POST
@staff(roles=EVERYONE)
def photo_remove(request: DeskRequest) -> HttpResponse:
    """Take the own picture away, now."""
    remove_photo(staff_member=request.user.staff_member, by=request.user)
    messages.success(request, gettext("Your picture is deleted."))
    return redirect("desk:directory_person", request.user.staff_member.pk)
