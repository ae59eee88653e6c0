"""The person who signs in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.pinyin import typed_keys
from people.choices import Language


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail addresses are compared without case."""

    def create_user(self, *, email: str, password: str | None, **fields: Any) -> "User":
        """A saved user with a hashed password."""
        user = self.model(email=email.strip(), search_keys=typed_keys(fields.get("name", "")), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Sign-in looks the address up without case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in; what they may do is decided by their memberships.

    `search_keys` follow the name: what one may type to find it, see `common.pinyin`.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    search_keys = models.TextField(blank=True, default="", db_default="", editable=False)
    language = models.CharField(_("language"), max_length=10, choices=Language, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="people_user_email_once")]

    def __str__(self) -> str:
        return self.name
