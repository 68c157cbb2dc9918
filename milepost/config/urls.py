from allauth.account import views
from django.urls import include, path

from milepost.web.accounts import confirm_address

# Of allauth only what signing in by a code needs: there are no passwords, so there is nowhere to set one.
# Its code knows the first page of signing in by two names.
accounts = [
    path("login/", views.request_login_code, name="account_login"),
    path("login/", views.request_login_code, name="account_request_login_code"),
    path("login/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("signup/", views.signup, name="account_signup"),
    path("signup/code/", confirm_address, name="account_email_verification_sent"),
    path("logout/", views.logout, name="account_logout"),
]
urlpatterns = [
    path("accounts/", include(accounts)),
    path("", include("milepost.web.urls")),
]
handler400 = "milepost.web.errors.bad_request"
handler403 = "milepost.web.errors.forbidden"
handler404 = "milepost.web.errors.not_found"
handler500 = "milepost.web.errors.broken"
