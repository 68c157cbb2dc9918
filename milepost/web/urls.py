"""Every address of the site. Facts are nouns: a deed is a POST to the collection of its fact."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from milepost.web import (
    demo,
    files,
    guest,
    health,
    home,
    invoices,
    lists,
    milestones,
    money,
    numbering,
    people,
    projects,
    proposals,
    setup,
    tables,
    terms,
)

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
    # -- Send proposal -----------------------------------------------------------------------------
    path("proposals/new", proposals.new, name="proposal-new"),
    path("proposals/copies", proposals.copies, name="proposal-copies"),
    path("proposals/<str:id>", proposals.proposal, name="proposal"),
    path("proposals/<str:id>/saves", proposals.saves, name="proposal-saves"),
    path("proposals/<str:id>/deletions", proposals.deletions, name="proposal-deletions"),
    path("proposals/<str:id>/undo", proposals.undo, name="proposal-undo"),
    path("proposals/<str:id>/review", proposals.review, name="proposal-review"),
    path("proposals/<str:id>/<str:step>", proposals.step, name="proposal-step"),
    # -- home, lists, people, the installation ----------------------------------------------------
    path("", home.home, name="home"),
    path("projects", lists.projects, name="projects"),
    path("projects.csv", tables.projects, name="projects-table"),
    path("invoices", lists.invoices, name="invoices"),
    path("invoices.csv", tables.invoices, name="invoices-table"),
    path("invoices/<str:id>", invoices.invoice, name="invoice"),
    path("invoices/<str:id>/paper", invoices.paper, name="invoice-paper"),
    path("welcome", people.welcome, name="welcome"),
    path("settings", people.settings, name="settings"),
    path("parties/acting", people.acting, name="party-acting"),
    path("parties/new", people.another, name="party-new"),
    path("parties/<str:id>", people.party, name="party"),
    path("parties/<str:id>/numbering", numbering.numbering, name="party-numbering"),
    path("theme", people.theme, name="theme"),
    path("setup/<str:token>", setup.setup, name="setup"),
    path("installation", setup.installation, name="installation"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/integrity", health.integrity, name="healthz-integrity"),
]

# -- the demo ----------------------------------------------------------------------------------
DEMO: list[URLPattern | URLResolver] = [
    path("demo/switch", demo.switch, name="demo-switch"),
    path("demo/reset", demo.reset, name="demo-reset"),
    path("outbox", demo.outbox, name="outbox"),
    path("outbox/<str:id>", demo.mail, name="outbox-mail"),
    path("outbox/<str:id>/letter", demo.letter, name="outbox-letter"),
]
if settings.DEMO:
    urlpatterns += DEMO
