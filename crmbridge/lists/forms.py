"""Forms of lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crmbridge.lists.models import List


class ListForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list has a name; its contacts are put on it on its own page."""

    class Meta:
        model = List
        fields = ("name",)


class AddByEmailForm(forms.Form):
    """E-mail addresses as people have them: from a spreadsheet, a mail program, a text."""

    emails = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One a line, or with commas between them."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=200_000,
    )

    def clean_emails(self) -> list[str]:
        """The addresses, each once, in the order given."""
        text = self.cleaned_data["emails"]
        for mark in ",;<>\"'":
            text = text.replace(mark, " ")
        return list(dict.fromkeys(word for word in text.split() if "@" in word))
