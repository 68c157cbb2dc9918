"""Every address of the site. Facts are nouns: a deed is a POST to the collection of its fact."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from milepost.web import (
    files,
    guest,
    health,
    home,
    invoices,
    lists,
    milestones,
    money,
    people,
    projects,
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
    path("theme", people.theme, name="theme"),
    path("setup/<str:token>", setup.setup, name="setup"),
    path("installation", setup.installation, name="installation"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/integrity", health.integrity, name="healthz-integrity"),
]
