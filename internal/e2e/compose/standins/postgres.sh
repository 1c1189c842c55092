#!/bin/bash
# What the official image does with the settings that compose.yaml uses: initdb with a
# password from a file, the scripts of /docker-entrypoint-initdb.d by a server without
# TCP, then the server.
set -euo pipefail
if [[ $(id -u) == 0 ]]; then
	chown postgres:postgres "$PGDATA"
	exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
chmod 700 "$PGDATA"
if [[ ! -s $PGDATA/PG_VERSION ]]; then
	# shellcheck disable=SC2086 # several arguments
	initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
	echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
	pg_ctl --wait --options="-c listen_addresses=''" start
	for script in /docker-entrypoint-initdb.d/*.sh; do
		bash "$script"
	done
	pg_ctl --wait --mode=fast stop
fi
exec postgres -c listen_addresses='*'
