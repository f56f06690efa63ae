#!/usr/bin/env bash
# Runs once, in an empty primary: the role that replicas connect with, and a slot so that what they have not read is kept.
set -euo pipefail

psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('replica');
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
