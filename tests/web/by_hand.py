"""Money that people move, for the matrix: a payout, a refund and an arrival that each wait for somebody's word."""

from __future__ import annotations

from milepost.actions import arrivals, cancelling, funding, invitations, milestones
from milepost.models import Custody, Payout, Project, Refund, User
from tests import cast, payees
from tests.cast import NOON, Person


def under_custody(ada: Person, carl: Person, cora: Person) -> Project:
    """A project of Ada and Carl whose money Cora holds."""
    project = cast.in_force(ada, holder="custodian", custodian=cora)
    Project.objects.filter(pk=project.pk).update(client=carl.party)
    invitations.invite(project=cast.fresh(project), party=carl.party, at=NOON)
    return cast.fresh(project)


def ids(project: Project, ada: Person, carl: Person, cora: Person) -> dict[str, str]:
    """By the name of the address: the first milestone is to be paid out, the money of the second goes back."""
    for number in (1, 2):
        asked = funding.fund(milestone=cast.milestone(project, number), by=carl.actor(), at=NOON)
        facts = {"money": asked.amount, "arrived_on": NOON.date(), "reference": str(number), "payer": "Carl"}
        arrivals.note(holder=cora.party, funding=asked, by=cora.actor(), at=NOON, **facts)  # type: ignore[arg-type]
    cancelling.cancel(milestone=cast.milestone(project, 2), reason="Not needed.", by=ada.actor(), at=NOON)
    link = milestones.Item(link="https://example.org/work")
    first = cast.milestone(project)
    milestones.deliver(milestone=first, note="", items=[link], by=ada.actor(), at=NOON)
    milestones.approve(milestone=cast.milestone(project), by=carl.actor(), at=NOON)
    unknown = {"money": cast.usd(700), "arrived_on": NOON.date(), "reference": "?", "payer": "?"}
    arrival = arrivals.note(holder=cora.party, funding=None, by=cora.actor(), at=NOON, **unknown)  # type: ignore[arg-type]
    payees.stated(cora)
    custody = Custody.objects.create(party=cora.party, legal_ground="A notary of Stockholm.", asked_at=NOON)
    return {
        "payout": Payout.objects.get(milestone__project=project).pk,
        "refund": Refund.objects.get(milestone__project=project).pk,
        "arrival": arrival.pk,
        "party-arrivals": cora.party.pk,
        "mandate": project.terms_id or "",
        "installation-people-rights": User.objects.get(email="mallory@example.org").pk,
        "installation-invitation-endings": "adm_x",
        "installation-custodian-admissions": str(custody.pk),
        "installation-custodian-endings": str(custody.pk),
        "installation-mail-retries": "msg_x",
    }
