#!/bin/sh
# Run by the image of PostgreSQL when the database is new: the role of the application, which owns
# nothing. `manage.py grant_role` gives it what it needs.
exec psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=password="$HAINA_APP_PASSWORD" <<'SQL'
CREATE ROLE haina_app LOGIN PASSWORD :'password';
SQL
