"""Runs inside a task of the service, where the database can be reached: prints one line of JSON.

It has nothing but Python and the driver that the service's own image brings (psycopg), and the variables that Plinth
sets. It writes nothing, and gives up after ten seconds.
"""

import json
import os
import sys

import psycopg

QUERIES = {
    "connections": """
        SELECT count(*) AS total, count(*) FILTER (WHERE state = 'active') AS active,
               count(*) FILTER (WHERE state = 'idle') AS idle,
               current_setting('max_connections')::int AS most
        FROM pg_stat_activity WHERE backend_type = 'client backend'""",
    "long_running": """
        SELECT pid, usename AS user, extract(epoch FROM now() - query_start)::int AS seconds, left(query, 200) AS query
        FROM pg_stat_activity
        WHERE state <> 'idle' AND pid <> pg_backend_pid() AND now() - query_start > interval '5 minutes'
        ORDER BY query_start""",
    "blocked": """
        SELECT blocked.pid, blocked.usename AS user, left(blocked.query, 200) AS query,
               blocking.pid AS by_pid, blocking.usename AS by_user, left(blocking.query, 200) AS by_query
        FROM pg_stat_activity blocked
        CROSS JOIN LATERAL unnest(pg_blocking_pids(blocked.pid)) AS by(pid)
        JOIN pg_stat_activity blocking ON blocking.pid = by.pid""",
    "cache": """
        SELECT round(sum(heap_blks_hit) / nullif(sum(heap_blks_hit) + sum(heap_blks_read), 0), 4)::float AS hit_ratio
        FROM pg_statio_user_tables""",
    "tables": """
        SELECT relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows
        FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 2 DESC LIMIT 10""",
    "slow": """
        SELECT left(query, 200) AS query, calls, round(mean_exec_time::numeric, 1)::float AS mean_ms,
               round(total_exec_time::numeric, 1)::float AS total_ms
        FROM pg_stat_statements WHERE mean_exec_time > 100 ORDER BY mean_exec_time DESC LIMIT 10""",
    "migrations": "SELECT version_num AS revision FROM alembic_version",
    "flyway": """
        SELECT version, description, installed_on::text, success
        FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 10""",
    "tls": "SELECT ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
}


def main() -> None:
    """Ask everything; what cannot be asked is told by its error."""
    found: dict[str, object] = {}
    with psycopg.connect(
        host=os.environ["DATABASE_HOST"],
        port=os.environ.get("DATABASE_PORT", "5432"),
        dbname=os.environ["DATABASE_NAME"],
        user=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        sslmode=os.environ.get("DATABASE_SSLMODE", "require"),
        connect_timeout=10,
        # A table that somebody has locked is not waited for: it is what one comes to see.
        options="-c statement_timeout=10000 -c lock_timeout=1000 -c default_transaction_read_only=on",
        autocommit=True,
        row_factory=psycopg.rows.dict_row,
    ) as connection:
        for name, query in QUERIES.items():
            try:
                found[name] = connection.execute(query).fetchall()
            except psycopg.Error as error:
                found[name] = {"error": str(error).splitlines()[0]}
    sys.stdout.write("PLINTH " + json.dumps(found, default=str) + "\n")


main()
