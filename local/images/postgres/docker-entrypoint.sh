#!/bin/bash
# Creates the database named by POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB on first start, then
# becomes the command given (postgres -c name=value …).
set -euo pipefail

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    chmod 0700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
        --encoding=UTF8 --no-sync >/dev/null
    # Encrypted connections only: what rds.force_ssl=1 does on RDS.
    printf '%s\n' 'local all all trust' 'hostssl all all all scram-sha-256' >"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
        pg_ctl --pgdata="$PGDATA" --wait --silent --options="-c listen_addresses=''" start >/dev/null
        createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
        pg_ctl --pgdata="$PGDATA" --wait --silent --mode=fast stop
    fi
fi

exec "$@"
