"""People who use the console."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.mark.django_db
def test_a_new_user_can_log_in(admin_client: Client, client: Client) -> None:
    form = admin_client.get("/auth/user/add/").context["adminform"].form
    assert form["is_staff"].initial
    said = {"username": "mika", "password1": "long-enough-9", "password2": "long-enough-9", "is_staff": "on"}
    admin_client.post("/auth/user/add/", {**said, "usable_password": "true"})
    assert User.objects.get(username="mika").is_staff
    answer = client.post("/login/?next=/", {"username": "mika", "password": "long-enough-9"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
