from django.apps import AppConfig


class MilepostConfig(AppConfig):
    name = "milepost"
    label = "milepost"
    default_auto_field = "django.db.models.BigAutoField"
