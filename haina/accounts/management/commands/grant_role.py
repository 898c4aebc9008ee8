from django.core.management import BaseCommand, CommandError
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from haina.accounts.models import AuditEntry

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE UPDATE, TRUNCATE ON {trail} FROM {role};
"""
# So that whoever writes many rows has them counted at once; older servers leave it to autovacuum.
MAINTAIN, SINCE = "GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role};", 170000


class Command(BaseCommand):
    help = "Give a role of the database what the application needs, as the owner of the tables."

    def add_arguments(self, parser):
        parser.add_argument("role")

    def handle(self, *, role, **options):
        names = {"role": role, "trail": AuditEntry._meta.db_table}
        named = {name: sql.Identifier(value) for name, value in names.items()}
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                grants = GRANTS + (MAINTAIN if connection.pg_version >= SINCE else "")
                cursor.execute(sql.SQL(grants).format(**named))
        except ProgrammingError as error:
            raise CommandError(f"nothing was granted: {error}") from None
