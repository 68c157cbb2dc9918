from allauth.account import views
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path

from milepost.web import addresses, factors, passkeys, sessions
from milepost.web.accounts import ask_code, confirm_address, sign_up

# Of allauth only what is used here: there are no passwords, so there is nowhere to set one. Its code knows some pages
# by two names. Where somebody changes how they sign in, `access.confirmed` stands before its view.
accounts = [
    path("login/", ask_code, name="account_login"),
    path("login/", ask_code, name="account_request_login_code"),
    path("login/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("signup/", sign_up, name="account_signup"),
    path("signup/code/", confirm_address, name="account_email_verification_sent"),
    path("logout/", views.logout, name="account_logout"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/second-step/", factors.second_step, name="mfa_authenticate"),
    path("signing-in/", sessions.signing_in, name="signing-in"),
    path("signing-in/", sessions.signing_in, name="mfa_index"),
    path("signing-in/", sessions.signing_in, name="mfa_list_webauthn"),
    path("sessions/endings/", sessions.endings, name="sessions-endings"),
    path("sessions/<int:pk>/endings/", sessions.ending, name="session-endings"),
    path("passkeys/challenges/", passkeys.challenges, name="passkey-challenges"),
    path("passkeys/creations/", passkeys.creations, name="passkey-creations"),
    path("passkeys/new/", passkeys.new, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/removals/", passkeys.removal, name="mfa_remove_webauthn"),
    path("app/", factors.app, name="mfa_activate_totp"),
    path("app/removals/", factors.app_removal, name="mfa_deactivate_totp"),
    path("recovery-codes/", factors.codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", factors.new_codes, name="mfa_generate_recovery_codes"),
    path("address/", addresses.address, name="address"),
    path("address/<str:id>/", addresses.code, name="address-code"),
    path("address/undo/<str:token>", addresses.undo, name="address-undo"),
]
urlpatterns = [
    path("accounts/", include(accounts)),
    path("installation/people/<str:id>/factor-endings", factors.taken_off, name="installation-people-factor-endings"),
    path("", include("milepost.web.urls")),
]
handler400 = "milepost.web.errors.bad_request"
handler403 = "milepost.web.errors.forbidden"
handler404 = "milepost.web.errors.not_found"
handler500 = "milepost.web.errors.broken"
