"""Django's admin on the same tables. It runs in the environment of the peers: `gunicorn django_site:app`.

`python django_site.py` adds Django's own tables to the file, makes an administrator, and prints the cookie of a session.
"""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="measured by the benchmark alone",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEERS_FILE"], "CONN_MAX_AGE": None}},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class _Table(models.Model):
    class Meta:
        abstract = True
        managed = False
        app_label = "admin"


class Article(_Table):
    """An article."""

    title = models.TextField()
    published_on = models.DateField()

    class Meta(_Table.Meta):
        db_table = "article"

    def __str__(self) -> str:
        return self.title


class Speaker(_Table):
    """A speaker."""

    name = models.CharField(max_length=200)

    class Meta(_Table.Meta):
        db_table = "speaker"

    def __str__(self) -> str:
        return self.name


class Owner(_Table):
    """An editor."""

    name = models.CharField(max_length=120)

    class Meta(_Table.Meta):
        db_table = "editor"

    def __str__(self) -> str:
        return self.name


class Claim(_Table):
    """A claim, with the fields that an editor fills in."""

    article = models.ForeignKey(Article, models.PROTECT)
    speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(Owner, models.PROTECT, null=True, blank=True)
    statement = models.TextField()
    language = models.CharField(max_length=35)
    quote = models.TextField(blank=True)
    hedge = models.TextField(blank=True)
    certainty = models.CharField(max_length=32)
    attribution = models.CharField(max_length=32)
    likelihood_low = models.IntegerField(null=True, blank=True)
    likelihood_high = models.IntegerField(null=True, blank=True)
    condition = models.TextField(blank=True)
    confirmed_if = models.TextField(blank=True)
    refuted_if = models.TextField(blank=True)
    made_on = models.DateField()
    deadline_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=32)

    class Meta(_Table.Meta):
        db_table = "claim"

    def __str__(self) -> str:
        return self.statement


class Evidence(_Table):
    """A piece of evidence."""

    claim = models.ForeignKey(Claim, models.PROTECT)
    url = models.TextField(blank=True, null=True)
    title = models.TextField()
    publisher = models.TextField(blank=True)
    stance = models.CharField(max_length=32)
    note = models.TextField(blank=True)

    class Meta(_Table.Meta):
        db_table = "evidence"


class Check(_Table):
    """A check."""

    claim = models.ForeignKey(Claim, models.PROTECT)
    checked_on = models.DateField()
    where_looked = models.TextField()
    found = models.TextField()

    class Meta(_Table.Meta):
        db_table = "claim_check"


class _EvidenceInline(admin.TabularInline):
    model = Evidence
    extra = 1


class _CheckInline(admin.TabularInline):
    model = Check
    extra = 1


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    """As a newsroom would set it up: the same columns, related rows fetched with the list, no selects of all articles."""

    list_display = ("statement", "speaker", "article", "likelihood_low", "likelihood_high", "status", "review_on", "owner")
    list_select_related = ("speaker", "article", "owner")
    list_filter = ("status",)
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("statement", "quote")
    raw_id_fields = ("article", "speaker", "owner")
    inlines = (_EvidenceInline, _CheckInline)


urlpatterns = [path("admin/", admin.site.urls)]
app = get_wsgi_application()


def _prepare() -> str:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    user, _is_new = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


if __name__ == "__main__":
    print(_prepare())
