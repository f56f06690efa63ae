#!/usr/bin/env bash
# A replica: copies the primary once, then follows it. To make it the primary: psql -c 'SELECT pg_promote()'.
set -euo pipefail

export PGDATA=${PGDATA:-/var/lib/postgresql/18/docker}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --host=primary --username=replicator --pgdata="$PGDATA" \
    --wal-method=stream --checkpoint=fast --slot=replica
  touch "$PGDATA/standby.signal"
  cat >> "$PGDATA/postgresql.auto.conf" <<CONF
primary_conninfo = 'host=primary user=replicator password=$REPLICATION_PASSWORD application_name=replica'
primary_slot_name = 'replica'
CONF
  chmod 700 "$PGDATA"
fi
exec postgres -c config_file=/etc/postgresql.conf -c data_directory="$PGDATA"
