"""Who gets what at which address: one row for each, checked by `test_matrix.py`. A new address needs a row here.

A row is what GET and what POST answer. Its cells stand in four groups, in the order of GROUPS, with `|` between:

    anonymous stranger elsewhere operator | owner signatory member guest | owner signatory member | owner signatory member
                 outside                  |           client             |       freelancer       |       custodian

A group with one cell means it for everybody in it, and a row with one cell for everybody there is. A cell is the
status of the answer; `login` is being led to sign in, `302` being led anywhere else. `elsewhere` is the guest of
another project; a `guest` is the client without a login.
"""

from __future__ import annotations

from typing import Final

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "outside": ("anonymous", "stranger", "elsewhere", "operator"),
    "client": ("client", "client-signatory", "client-member", "guest"),
    "freelancer": ("freelancer", "freelancer-signatory", "freelancer-member"),
    "custodian": ("custodian", "custodian-signatory", "custodian-member"),
}
ROLES: Final = tuple(role for group in GROUPS.values() for role in group)


def cells(row: str) -> dict[str, str]:
    """What each role gets. Our own mistake where a group has neither one cell nor one for each of its roles."""
    groups = [group.split() for group in row.split("|")]
    if len(groups) == 1:
        groups *= len(GROUPS)
    found: dict[str, str] = {}
    for roles, given in zip(GROUPS.values(), groups, strict=True):
        found |= zip(roles, given * len(roles) if len(given) == 1 else given, strict=True)
    return found


# fmt: off
TABLE: Final[dict[str, tuple[str, str]]] = {
    "account_login":                   ("200 302 200 302 | 302 302 302 200 | 302 | 302",
                                        "200 302 200 302 | 302 302 302 200 | 302 | 302"),
    "account_request_login_code":      ("200 302 200 302 | 302 302 302 200 | 302 | 302",
                                        "200 302 200 302 | 302 302 302 200 | 302 | 302"),
    "account_confirm_login_code":      ("302", "302"),
    "account_signup":                  ("200 302 200 302 | 302 302 302 200 | 302 | 302",
                                        "200 302 200 302 | 302 302 302 200 | 302 | 302"),
    "account_email_verification_sent": ("302", "302"),
    "account_logout":                  ("302 200 302 200 | 200 200 200 302 | 200 | 200", "302"),
    "mfa_login_webauthn":              ("302", "302"),
    "mfa_authenticate":                ("302", "302"),
    "signing-in":                      ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "mfa_index":                       ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "mfa_list_webauthn":               ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "sessions-endings":                ("405", "login 302 login 302 | 302 302 302 login | 302 | 302"),
    "session-endings":                 ("405", "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "passkey-challenges":              ("405", "200"),
    "passkey-creations":               ("405", "login 200 login 200 | 200 200 200 login | 200 | 200"),
    "mfa_add_webauthn":                ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "mfa_edit_webauthn":               ("login 404 login 404 | 404 404 404 login | 404 | 404",
                                        "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "mfa_remove_webauthn":             ("login 404 login 404 | 404 404 404 login | 404 | 404",
                                        "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "mfa_activate_totp":               ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "mfa_deactivate_totp":             ("login 404 login 404 | 404 404 404 login | 404 | 404",
                                        "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "mfa_view_recovery_codes":         ("login 404 login 404 | 404 404 404 login | 404 | 404",
                                        "login 405 login 405 | 405 405 405 login | 405 | 405"),
    "mfa_generate_recovery_codes":     ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "address":                         ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "address-code":                    ("login 404 login 404 | 404 404 404 login | 404 | 404",
                                        "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "address-undo":                    ("404", "404"),
    "installation-people-factor-endings": ("405", "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "project":                         ("login 404 404 404 | 200 | 200 | 404", "405"),
    "project-stops":                   ("login 404 404 404 | 200 | 200 | 404",
                                        "login 404 404 404 | 302 302 403 302 | 302 302 403 | 404"),
    "project-stops-answers":           ("302", "login 404 404 404 | 409 | 409 | 404"),
    "project-stops-withdrawals":       ("302", "login 404 404 404 | 409 | 409 | 404"),
    "terms":                           ("login 404 404 404 | 200 | 200 | 404", "405"),
    "terms-paper":                     ("login 404 404 404 | 200 | 200 | 404", "405"),
    "terms-own-page":                  ("login 404 404 404 | 200 | 200 | 404", "405"),
    "terms-signatures":                ("302", "login 404 404 404 | 422 | 403 | 404"),
    "terms-change-requests":           ("302", "login 404 404 404 | 302 | 403 | 404"),
    "terms-refusals":                   ("302", "login 404 404 404 | 302 302 403 302 | 403 | 404"),
    "terms-withdrawals":                ("302", "login 404 404 404 | 403 | 302 302 403 | 404"),
    "terms-invitations":               ("302", "login 404 404 404 | 403 | 302 | 404"),
    "milestone":                       ("login 404 404 404 | 200 | 200 | 404", "405"),
    "milestone-fundings":               ("302", "login 404 404 404 | 302 302 403 302 | 403 | 404"),
    "milestone-invoices":              ("login 404 404 404 | 302 | 302 | 404",
                                        "login 404 404 404 | 403 | 422 | 404"),
    "milestone-deliveries":            ("302", "login 404 404 404 | 403 | 422 | 404"),
    "milestone-views":                 ("302", "login 404 404 404 | 302 | 403 | 404"),
    "milestone-approvals":              ("login 404 404 404 | 200 200 302 200 | 302 | 404",
                                         "login 404 404 404 | 302 302 403 200 | 403 | 404"),
    "milestone-extensions":            ("302", "login 404 404 404 | 409 409 403 200 | 403 | 404"),
    "milestone-change-requests":       ("302", "login 404 404 404 | 302 | 403 | 404"),
    "milestone-cancellations":          ("302", "login 404 404 404 | 403 | 302 302 403 | 404"),
    "milestone-account":               ("login 404 404 404 | 200 | 200 | 404",
                                        "login 404 404 404 | 200 | 403 | 404"),
    "funding":                         ("login 404 404 404 | 200 | 200 | 200", "405"),
    "funding-account":                 ("302", "login 404 404 404 | 200 | 403 | 403"),
    "funding-payments":                ("302", "login 404 404 404 | 302 302 403 200 | 403 | 403"),
    "funding-payments-undo":           ("302", "login 404 404 404 | 409 409 403 409 | 403 | 403"),
    "milestone-payments":               ("302", "login 404 404 404 | 302 302 403 200 | 403 | 404"),
    "milestone-payments-undo":          ("302", "login 404 404 404 | 409 409 403 409 | 403 | 404"),
    "milestone-receipts":               ("302", "login 404 404 404 | 403 | 302 302 403 | 404"),
    "file":                            ("login 404 404 404 | 200 | 200 | 404", "405"),
    "link":                            ("200", "302"),
    "proposal-new":                    ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "proposal-copies":                 ("login 302 login 302 | 302 302 302 login | 302 | 302",
                                        "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "proposal":                        ("login 404 login 404 | 404 404 404 login | 302 | 404", "405"),
    "proposal-own":                    ("login 404 login 404 | 404 404 404 login | 200 | 404", "405"),
    "proposal-own-page":               ("login 404 login 404 | 404 404 404 login | 200 | 404", "405"),
    "proposal-saves":                  ("login 302 login 302 | 302 302 302 login | 302 | 302",
                                        "login 404 login 404 | 404 404 404 login | 200 | 404"),
    "proposal-deletions":              ("login 404 login 404 | 404 404 404 login | 302 | 404",
                                        "login 404 login 404 | 404 404 404 login | 302 | 404"),
    "proposal-undo":                   ("login 404 login 404 | 404 404 404 login | 302 | 404",
                                        "login 404 login 404 | 404 404 404 login | 302 | 404"),
    "proposal-review":                 ("login 404 login 404 | 404 404 404 login | 200 | 404",
                                        "login 404 login 404 | 404 404 404 login | 409 | 404"),
    "proposal-step":                   ("login 404 login 404 | 404 404 404 login | 200 | 404",
                                        "login 404 login 404 | 404 404 404 login | 302 | 404"),
    "home":                            ("200 200 302 200 | 200 200 200 302 | 200 | 200", "405"),
    "projects":                        ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "projects-table":                  ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "invoices":                        ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "invoices-table":                  ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "invoice":                         ("login 404 404 404 | 200 | 200 | 404", "405"),
    "invoice-paper":                   ("login 404 404 404 | 200 | 200 | 404", "405"),
    "welcome":                         ("login 302 login 302 | 302 302 302 login | 302 | 302",
                                        "login 302 login 302 | 302 302 302 login | 302 | 302"),
    "settings":                        ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "party-acting":                    ("405", "login 404 login 404 | 404 404 404 login | 404 | 404"),
    "party-new":                       ("login 200 login 200 | 200 200 200 login | 200 | 200",
                                        "login 422 login 422 | 422 422 422 login | 422 | 422"),
    "party":                            ("login 302 login 302 | 302 302 302 login | 302 | 302",
                                         "login 404 login 404 | 404 404 404 login | 302 403 403 | 404"),
    "terms-forwards":                   ("302", "login 404 404 404 | 302 302 403 302 | 403 | 404"),
    "proposal-requests":                ("login 404 login 404 | 404 404 404 login | 302 | 404",
                                         "login 404 login 404 | 404 404 404 login | 302 | 404"),
    "party-members":                    ("login 404 login 404 | 404 404 404 login | 200 | 404", "405"),
    "party-invitations":                ("302", "login 404 404 404 | 404 | 302 403 403 | 404"),
    "party-invitations-withdrawals":    ("302", "login 404 404 404 | 404 | 302 403 403 | 404"),
    "party-roles":                      ("302", "login 404 404 404 | 404 | 302 403 403 | 404"),
    "party-removals":                   ("302", "login 404 404 404 | 404 | 302 403 403 | 404"),
    "party-departures":                 ("302", "login 404 404 404 | 404 | 422 302 302 | 404"),
    "member-invitations":               ("login 200 login 200 | 200 200 200 login | 200 | 200", "405"),
    "invitation-acceptances":           ("405", "login 302 login 404 | 404 404 404 login | 404 | 404"),
    "invitation-refusals":              ("405", "login 302 login 404 | 404 404 404 login | 404 | 404"),
    "party-numbering":                 ("login 404 login 404 | 404 404 404 login | 200 | 404",
                                        "login 404 login 404 | 404 404 404 login | 422 403 403 | 404"),
    "party-payee":                     ("login 404 login 404 | 404 404 404 login | 200 | 404",
                                        "login 404 404 404 | 404 | 422 | 404"),
    "party-payee-undo":                ("302", "login 404 404 404 | 404 | 422 | 404"),
    "theme":                           ("405", "302"),
    "setup":                           ("404", "404"),
    "installation":                    ("login 404 login 200 | 404 404 404 login | 404 | 404",
                                        "login 404 login 422 | 404 404 404 login | 404 | 404"),
    "healthz":                         ("200", "405"),
    "healthz-integrity":               ("200", "405"),
}
# fmt: on
