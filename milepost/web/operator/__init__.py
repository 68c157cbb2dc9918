"""The operator's pages: policy, people, custodians, health. Never terms, events, books or a dispute."""

from milepost.web.operator.custodians import admissions as custodian_admissions
from milepost.web.operator.custodians import custodians
from milepost.web.operator.custodians import endings as custodian_endings
from milepost.web.operator.health import health, mails
from milepost.web.operator.people import invitation_endings, invitations, people, rights
from milepost.web.operator.policy import policy

__all__ = [
    "custodian_admissions", "custodian_endings", "custodians", "health", "invitation_endings", "invitations", "mails",
    "people", "policy", "rights",
]  # fmt: skip
