"""A project: two parties, the terms between them, and the milestones of those in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from milepost.core.actors import Actor, Role, role
from milepost.core.catalogue import Holder, Side, Signer
from milepost.core.postings import branch
from milepost.core.refusals import NotAllowed
from milepost.models.base import IdField, one_of
from milepost.models.people import Party, User

if TYPE_CHECKING:
    from milepost.models.terms import Terms


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, actor: Actor) -> Self:
        """The projects that the party acted for is in; a guest's reach is narrowed further by its link."""
        return self.filter(Q(client=actor.party) | Q(freelancer=actor.party))

    def visible_to_user(self, user: User) -> Self:
        parties = list(Party.objects.of(user).values_list("pk", flat=True))
        return self.filter(Q(client__in=parties) | Q(freelancer__in=parties))

    def held_by_user(self, user: User) -> Self:
        """The projects whose terms name a party of this login as custodian: their terms and money are its business."""
        return self.filter(custodian__in=list(Party.objects.of(user).values_list("pk", flat=True)))

    def locked(self, id: str) -> Project:
        """The project row FOR UPDATE: the first lock of every verb (SQLite: the write lock is held already)."""
        return self.select_for_update(of=("self",)).select_related("terms").get(pk=id)


class Project(models.Model):
    """What two parties do together. Its state is derived from its terms and milestones."""

    id = IdField("prj")
    name = models.CharField(max_length=200)
    client = models.ForeignKey(Party, models.PROTECT, related_name="projects_as_client")
    freelancer = models.ForeignKey(Party, models.PROTECT, related_name="projects_as_freelancer")
    # Named in the terms, where one holds money: it sees their text and the money, not the work.
    custodian = models.ForeignKey(Party, models.PROTECT, null=True, related_name="projects_as_custodian")
    # The terms in force, or while there are none the last ones sent.
    terms = models.ForeignKey("Terms", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    # The head of the chain of events.
    events_number = models.PositiveIntegerField(default=0)
    events_hash = models.CharField(max_length=64, default="0" * 64)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(client=models.F("freelancer")), name="project_two_parties"),)

    def __str__(self) -> str:
        return self.name

    @property
    def agreed(self) -> Terms:
        """The terms in force. Our own mistake when there are none."""
        assert self.terms is not None and self.terms.status == "in_force", "no terms in force"
        return self.terms

    def role_of(self, actor: Actor) -> Role:
        """The actor's part; refuses a stranger (doors have loaded by `visible_to` before)."""
        found = role(actor, client=self.client_id, freelancer=self.freelancer_id, custodian=self.custodian_id)
        if found is None:
            raise NotAllowed("This project is between two others.")
        return found

    def side_of(self, actor: Actor) -> Side:
        found = self.role_of(actor)
        if found not in ("client", "freelancer"):
            raise NotAllowed("Only the client or the freelancer may do this.")
        return found

    def signer_of(self, actor: Actor) -> Signer:
        found = self.role_of(actor)
        if found not in ("client", "freelancer", "custodian"):
            raise NotAllowed("Only the client, the freelancer or the custodian may do this.")
        return found

    def party(self, side: Side) -> Party:
        return self.client if side == "client" else self.freelancer

    def branch(self, holder: Holder) -> str:
        """What stands before a holder's accounts in the books."""
        party = self.custodian_id if holder == "custodian" else self.freelancer_id
        return branch(holder, party or "")


class Ending(models.Model):
    """One side asked to stop the project; the other agreed or declined, or the asker took it back."""

    id = IdField("end")
    project = models.ForeignKey(Project, models.PROTECT, related_name="endings")
    asked_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=5000)
    asked_at = models.DateTimeField()
    # agreed | declined | taken_back, with who and when; empty while it waits.
    answer = models.CharField(max_length=12, blank=True)
    answered_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project"], condition=Q(answer__in=("", "agreed")), name="ending_one"),
            one_of("answer", ("", "agreed", "declined", "taken_back"), "ending_answer"),
        )


class Draft(models.Model):
    """A proposal as far as somebody has typed it; kept as typed, even where it is wrong."""

    id = IdField("drf")
    party = models.ForeignKey(Party, models.PROTECT, related_name="drafts")
    author = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    # The project whose last terms these will answer, when the other side asked for a change.
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="drafts")
    body: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    # Grows with each save: a second tab's older save is seen.
    version = models.PositiveIntegerField(default=0)
    # {"payment": {"version": 3, "page": "k3..."}}: which page saved each step last. Its own next save is no second tab's.
    last_saves: models.JSONField[dict[str, dict[str, Any]], dict[str, dict[str, Any]]] = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_as = models.OneToOneField("Terms", models.PROTECT, null=True, related_name="draft")
    deleted_at = models.DateTimeField(null=True)
