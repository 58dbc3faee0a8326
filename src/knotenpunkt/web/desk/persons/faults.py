"""What is wrong with a consent, said so that one can mend it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.people.errors import Fault

SENTENCES: dict[str, str | Promise] = {
    Fault.NO_RECIPIENT: _("Name at least one recipient."),
    Fault.NO_CATEGORY: _("Say what may be shared."),
    Fault.NO_PURPOSE: _("Say what for."),
    Fault.UNKNOWN_CATEGORY: _("Choose from the list what may be shared."),
    Fault.UNKNOWN_PURPOSE: _("Choose from the list what it is for."),
    Fault.IMMIGRATION_OFFICE: _("The immigration office never receives anything."),
    Fault.RECIPIENT_LEFT: _("A recipient does not work there any more. Choose somebody else."),
    Fault.RECIPIENT_READS_NOTHING: _("A recipient has a role that reads nothing of persons."),
    Fault.NEEDS_NATURAL_PERSON: _("A release names people, never teams or offices."),
    Fault.RECIPIENT_IS_ONESELF: _("Choose somebody else: to you it was said already."),
    Fault.BAD_SCAN: _("A scan is a PDF, JPEG or PNG file of at most 5 MB."),
    Fault.CATEGORY_OUTSIDE_PURPOSE: _(
        "Something is ticked that this purpose does not need. Untick it, or add the purpose."
    ),
    Fault.SPECIAL_CATEGORY: _(
        "Health, religion and sexual orientation need a question and a yes of their own."
    ),
    Fault.NO_END: _("Say until when."),
    Fault.ENDS_IN_THE_PAST: _("The end lies in the past."),
    Fault.TOO_LONG: _("A year is the longest."),
    Fault.ENTRUSTED: _("Entrusted things are not shared this way; they need a release by name."),
    Fault.UNKNOWN_TEXT: _("There is no such text."),
    Fault.NO_REFUSAL_TEXT: _("The text does not say what happens after a no."),
    Fault.NO_LANGUAGE: _("Say in which language it was explained."),
    Fault.FOREIGN_LANGUAGE: _(
        "She or he does not speak this language. Choose another, bring an interpreter, or say why."
    ),
    Fault.INTERPRETER_UNNAMED: _("Write the name of the interpreter."),
    Fault.RELATIVE_INTERPRETS: _(
        "A relative interpreted something very personal. A colleague must ask again."
    ),
    Fault.GIVEN_IN_THE_FUTURE: _("The date of the signature lies ahead."),
    Fault.NOT_FINDABLE: _("On paper: add a scan, or say where the original is kept."),
    Fault.NO_NOTE: _("Write down what was said."),
    Fault.GUARDIAN_NEEDED: _("Under 15 a guardian says yes, and the child is heard."),
    Fault.OWN_CONSENT_NEEDED: _("From 15 the young person says yes herself or himself."),
    Fault.UNDERSTANDING_NOT_NOTED: _("Under 18: note how you see that she or he understands."),
    Fault.AGE_UNCLEAR: _(
        "The birth date leaves open how old she or he is. Decide, and note why under “understands”."
    ),
    Fault.NO_NECESSITY: _("Name the law, and why it is necessary."),
    Fault.CONSENT_ONLY: _("Only benefit carriers share by law. Ask for consent."),
    Fault.NOT_YOURS: _("This person is not in your files."),
    Fault.FOUR_EYES: _("Somebody else of your house decides this."),
    Fault.NOT_TOLD: _("Say how she or he hears of it, or which law forbids it."),
    Fault.NO_WAY_TO_HER: _("There is neither telephone nor mailbox. Tell her or him in person."),
}


def sentence_of(fault: str) -> str | Promise:
    """Return the sentence for a fault."""
    return SENTENCES[fault]
