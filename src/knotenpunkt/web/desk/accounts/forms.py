"""What an administrator says about the accounts of her organization."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.network.enums import Role
from knotenpunkt.network.leaving import OpenWork
from knotenpunkt.network.models import StaffMember

ROLE_WORDS: dict[str, str | Promise] = {
    Role.READER: _("Reader: sees the own file, changes nothing"),
    Role.WORKER: _("Counsellor"),
    Role.CONFIDENTIAL_WORKER: _("Counsellor under § 203 StGB: sees only whom she leads"),
    Role.LEAD: _("Team lead: counsellor, and late answers of the house"),
    Role.COORDINATOR: _("Coordinator of the network"),
    Role.FRONT_DESK: _("Front desk: names and appointments"),
    Role.INTERPRETER: _("Interpreter: own assignments"),
    Role.INTERPRETER_COORDINATOR: _("Coordinator of interpreters"),
    Role.MANAGER: _("Manager: figures, no persons"),
    Role.DATA_PROTECTION_OFFICER: _("Data protection officer: consents and logs, no contents"),
    Role.ADMINISTRATOR: _("Administrator: accounts, no persons"),
}


class InviteForm(forms.Form):
    """Whom to ask in, and what she may do."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Work e-mail"), max_length=200)
    job = forms.CharField(label=_("Function"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), initial=Role.WORKER)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role.value, ROLE_WORDS[role]) for role in roles]


class RoleForm(forms.Form):
    """Another role: one of those she may get here, or the one she has."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role, words) for role, words in ROLE_WORDS.items() if role in roles]


class ColleagueChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, member: Any) -> str:
        """Return name and function."""
        return f"{member.name}, {member.job}"


class HandOverForm(forms.Form):
    """One colleague for each kind of open work; all of them in one go."""

    def __init__(
        self, *args: Any, member: StaffMember, work: Sequence[OpenWork], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        colleagues = (
            StaffMember.objects.filter(organization=member.organization, left_on=None)
            .filter(role__in=TAKING_OVER)
            .exclude(pk=member.pk)
            .order_by("name", "id")
        )
        for it in work:
            if it.moves:
                self.fields[it.kind] = ColleagueChoice(
                    queryset=colleagues, label=f"{it.label}: {it.count}"
                )


TAKING_OVER = (Role.WORKER, Role.CONFIDENTIAL_WORKER, Role.LEAD, Role.COORDINATOR)
