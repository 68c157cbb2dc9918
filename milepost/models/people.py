"""People: a login, the parties it acts for, and the other side that has only a link."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from milepost.core.catalogue import MEMBER_ROLES, REGISTRATIONS
from milepost.ledger.triggers import append_only
from milepost.models.base import IdField, one_of

PARTY_KINDS = ("person", "organisation")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str = "") -> User:
        """A person who signs in by a code from the mail; there is no password."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A login: one person, known by their e-mail address."""

    id = IdField("per")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    # The operator runs the installation; never edits terms, events or books.
    is_operator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


class PartyQuerySet(models.QuerySet["Party"]):
    def of(self, user: User) -> Self:
        """The parties that a login acts for, the first one first; each knows the `role` that it has there, whether the
        party `holds` money for others, or has asked to, and whether it `has_account`: has said where it is paid."""
        mine = models.Q(members__user=user, members__ended_at=None)
        holds = models.Exists(Custody.objects.filter(party=models.OuterRef("pk")))
        stated = models.Exists(PayeeDetails.objects.filter(party=models.OuterRef("pk"), ended_at=None))
        facts = {"role": models.F("members__role"), "holds": holds, "has_account": stated}
        return self.filter(mine).annotate(**facts).order_by("members__id")

    def unclaimed(self, email: str) -> Self:
        """Parties of guests: nobody has ever acted for them with a login."""
        return self.filter(email=email, members__isnull=True)


class Party(models.Model):
    """A person or an organisation in projects, as client or freelancer."""

    id = IdField("par")
    kind = models.CharField(max_length=12, default="person")
    # Empty for the other side until they sign: what the sender typed stands in the terms.
    legal_name = models.CharField(max_length=200, blank=True)
    postal_address = models.TextField(max_length=500, blank=True)
    email = models.EmailField()
    tax_id = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=12, default="en")
    # Whether its invoices are numbered and printed here; otherwise it gives each its own number.
    issues_here = models.BooleanField(default=True)

    objects: ClassVar[models.Manager[Party]] = PartyQuerySet.as_manager()

    class Meta:
        constraints = (one_of("kind", PARTY_KINDS, "party_kind"),)
        indexes = (models.Index(fields=["email"], name="party_email"),)

    def __str__(self) -> str:
        return self.legal_name or self.email


class Member(models.Model):
    """A login acting for a party. One that has left keeps its row, with the day."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, default="owner")
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["party", "user"], condition=models.Q(ended_at=None), name="member_once"),
            one_of("role", MEMBER_ROLES, "member_role"),
        )


class MemberInvitation(models.Model):
    """Somebody is asked to act for a party. There is no token: who signs in with the address sees it and accepts."""

    id = IdField("mit")
    party = models.ForeignKey(Party, models.PROTECT, related_name="member_invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["party", "email"],
                condition=models.Q(accepted_at=None, ended_at=None),
                name="member_invitation_one",
            ),
            one_of("role", MEMBER_ROLES, "member_invitation_role"),
        )
        indexes = (models.Index(fields=["email"], name="member_invitation_email"),)


class EmailChange(models.Model):
    """A person takes another address, proved by a code sent to it. The old one may put it back for some days."""

    id = IdField("ech")
    user = models.ForeignKey(User, models.PROTECT, related_name="email_changes")
    old_email = models.EmailField()
    new_email = models.EmailField()
    asked_at = models.DateTimeField()
    # When the code was typed: from then on the new address holds.
    made_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_sha256 = models.CharField(max_length=64, unique=True, null=True)

    class Meta:
        indexes = (models.Index(fields=["user", "asked_at"], name="email_change_of"),)


class PayeeDetails(models.Model):
    """Where a party is paid. Each statement is a row; the newest that has taken effect holds, the others are history."""

    id = IdField("pde")
    party = models.ForeignKey(Party, models.PROTECT, related_name="payee_details")
    # iban | lines: what a bank asks for where there is no IBAN.
    kind = models.CharField(max_length=8)
    # JSON {"name", "iban", "bic", "lines"}, encrypted; readable with a key that lies under DATA/keys.
    sealed = models.BinaryField()
    # The last four characters of the account, for lists and histories.
    ending = models.CharField(max_length=4, blank=True)
    stated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField()
    # The end of the cool-down; the first details of a party have none.
    takes_effect_at = models.DateTimeField()
    # Taken back by a member before it took effect.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("stated_at",)
        constraints = (one_of("kind", ("iban", "lines"), "payee_details_kind"),)


append_only(PayeeDetails, may_fill=["ended_at"])


class Custody(models.Model):
    """A party that offers to hold money for others here, on a legal ground that it states; admitted by the operator."""

    party = models.OneToOneField(Party, models.PROTECT, related_name="custody")
    legal_ground = models.TextField(max_length=1000)
    # {"EUR": 500000}: minor units above which a second person has to confirm; a currency that is missing: always one.
    second_person_above_minor: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
    admitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def alive(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """The link by which the other side of a proposal gets in without an account.

    The token itself is never stored: it is minted as its mail is sent. A new one revokes the one before.
    """

    id = IdField("ivt")
    party = models.ForeignKey(Party, models.PROTECT, related_name="invitations")
    project = models.ForeignKey("Project", models.PROTECT, related_name="invitations")
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True, null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Invitation]] = InvitationQuerySet.as_manager()


class Code(models.Model):
    """Six digits mailed for one act of one person on one subject; ten minutes, five tries."""

    id = IdField("cod")
    party = models.ForeignKey(Party, models.PROTECT, related_name="codes")
    email = models.EmailField()
    # What it allows: `sign` on `trm_...`, `approve` on `mil_...`, and nothing else.
    act = models.CharField(max_length=32)
    subject = models.CharField(max_length=40)
    digits_hmac = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["party", "act", "subject"], name="code_act"),)


class Installation(models.Model):
    """The one row of what this installation is: its name, its look, its policy."""

    name = models.CharField(max_length=100, default="Milepost")
    # enforce | advise | off
    minimum_policy = models.CharField(max_length=8, default="enforce")
    # {"USD": 200000}: minor units below which milestone payment is not offered.
    minimums_minor: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    registration = models.CharField(max_length=12, default="open")
    owned_at = models.DateTimeField(null=True)
    worker_seen_at = models.DateTimeField(null=True)
    audited_at = models.DateTimeField(null=True)
    audit_findings = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="installation_one"),
            one_of("minimum_policy", ("enforce", "advise", "off"), "installation_policy"),
            one_of("registration", REGISTRATIONS, "installation_registration"),
        )


class Admission(models.Model):
    """The operator invites an address to take an account, where registration is by invitation."""

    id = IdField("adm")
    email = models.EmailField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["email"], condition=models.Q(ended_at=None), name="admission_one"),
        )
