"""Every address of the site. Facts are nouns: a deed is a POST to the collection of its fact."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from milepost.web import files, guest, milestones, money, projects, terms

urlpatterns: list[URLPattern | URLResolver] = [
    # -- projects: terms, milestones, money, files, guests ---------------------------------------
    path("projects/<str:id>", projects.project, name="project"),
    path("terms/<str:id>", terms.terms, name="terms"),
    path("terms/<str:id>/paper", terms.paper, name="terms-paper"),
    path("terms/<str:id>/signatures", terms.signed, name="terms-signatures"),
    path("terms/<str:id>/change-requests", terms.change_requests, name="terms-change-requests"),
    path("terms/<str:id>/refusals", terms.refusals, name="terms-refusals"),
    path("terms/<str:id>/withdrawals", terms.withdrawals, name="terms-withdrawals"),
    path("terms/<str:id>/invitations", terms.resent, name="terms-invitations"),
    path("milestones/<str:id>", milestones.milestone, name="milestone"),
    path("milestones/<str:id>/fundings", money.fundings, name="milestone-fundings"),
    path("milestones/<str:id>/deliveries", milestones.deliveries, name="milestone-deliveries"),
    path("milestones/<str:id>/views", milestones.views, name="milestone-views"),
    path("milestones/<str:id>/approvals", milestones.approvals, name="milestone-approvals"),
    path("milestones/<str:id>/change-requests", milestones.change_requests, name="milestone-change-requests"),
    path("milestones/<str:id>/cancellations", milestones.cancellations, name="milestone-cancellations"),
    path("milestones/<str:id>/account", money.account, name="milestone-account"),
    path("milestones/<str:id>/payments", money.sent, name="milestone-payments"),
    path("milestones/<str:id>/payments/undo", money.unsent, name="milestone-payments-undo"),
    path("milestones/<str:id>/receipts", money.received, name="milestone-receipts"),
    path("files/<str:id>", files.file, name="file"),
    path("links/<str:token>", guest.link, name="link"),
]
