#!/usr/bin/env bash
# Starts, stops and removes the Compose stack of the orders:
#
#	bash deploy/stack.sh up       # makes the secrets, builds, starts, waits until all is healthy
#	bash deploy/stack.sh down     # stops; the data stays
#	bash deploy/stack.sh remove   # stops and removes the data, the secrets and the images built here
#	bash deploy/stack.sh tool ARGS   # runs the tool temporal-patterns, for instance "tool approvals list --all"
#	bash deploy/stack.sh backup DIR    # writes the databases into a directory; workers and server stop meanwhile
#	bash deploy/stack.sh restore DIR   # replaces the databases of a stack that is up by a backup
#
# Arguments after "up" go to "up" of Compose. COMPOSE is the command of Compose;
# without it, "docker compose" or else "docker-compose" is taken.
set -euo pipefail
readonly from=$PWD databases=(temporal temporal_visibility orders)
cd -P "$(dirname "${BASH_SOURCE[0]}")"

fail() {
	echo "stack.sh: $*" >&2
	exit 1
}

compose() {
	if [[ -n ${COMPOSE:-} ]]; then
		$COMPOSE "$@"
	elif docker compose version >/dev/null 2>&1; then
		docker compose "$@"
	elif command -v docker-compose >/dev/null; then
		# Version 1 uses BuildKit through the command line tool only.
		COMPOSE_DOCKER_CLI_BUILD=1 DOCKER_BUILDKIT=1 docker-compose "$@"
	else
		fail "neither \"docker compose\" nor docker-compose is installed; install one of them"
	fi
}

# The directory is closed to other users of this machine. The files in it are
# readable, since each container reads them as a user of its own.
make_secrets() {
	if [[ ! -s secrets/postgres_password ]] && docker volume inspect orders_postgres-data >/dev/null 2>&1; then
		fail "the volume orders_postgres-data exists and deploy/secrets does not have its passwords; put the directory back, or remove the data by \"stack.sh remove\""
	fi
	mkdir -p secrets
	chmod 700 secrets
	local name
	for name in postgres temporal orders grafana; do
		[[ -s secrets/${name}_password ]] || random >"secrets/${name}_password"
	done
	printf 'postgres:5432:*:temporal:%s\n' "$(<secrets/temporal_password)" >secrets/temporal_pgpass
	printf 'postgres:5432:orders:orders:%s\n' "$(<secrets/orders_password)" >secrets/orders_pgpass
	chmod 444 secrets/*
}

random() {
	head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

# wait_healthy waits until each service that has a health check is healthy.
wait_healthy() {
	local limit=$((SECONDS + ${STACK_WAIT:-300})) ids id status waiting
	while :; do
		waiting=
		ids=$(compose ps --all --quiet)
		[[ -n $ids ]] || fail "there is no container; look at what \"up\" has printed"
		for id in $ids; do
			status=$(docker inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$id")
			case $status in
			*" running 0 healthy" | *" running 0 " | *" exited 0 "*) ;;
			*) waiting+="$status; " ;;
			esac
		done
		[[ -n $waiting ]] || return 0
		((SECONDS < limit)) || fail "not healthy: $waiting see \"docker logs\" of these containers"
		sleep 1
	done
}

# start builds and starts all, and waits until it is healthy.
start() {
	make_secrets
	compose up --detach --build "$@"
	wait_healthy
}

# in_postgres runs a command in the container of PostgreSQL.
in_postgres() {
	docker exec --interactive "$(compose ps --quiet postgres)" "$@"
}

# backup writes the dumps while nothing changes the databases.
backup() {
	mkdir -p "$1"
	chmod 700 "$1"
	compose stop worker temporal
	local database
	for database in "${databases[@]}"; do
		in_postgres pg_dump --username=postgres --format=custom "$database" >"$1/$database.dump" || {
			start
			fail "the backup in $1 is not complete"
		}
	done
	start
}

# restore replaces each database by its dump, or leaves it as it is.
restore() {
	local database
	for database in "${databases[@]}"; do
		[[ -s $1/$database.dump ]] || fail "$1/$database.dump is missing; give the directory of a backup"
	done
	compose stop worker temporal
	for database in "${databases[@]}"; do
		in_postgres pg_restore --username=postgres --dbname="$database" --clean --if-exists --single-transaction --exit-on-error <"$1/$database.dump" ||
			fail "$database is not restored, workers and server are stopped; correct the cause and run restore again"
	done
	start
}

# directory returns the absolute name of the directory of a backup.
directory() {
	[[ $# == 1 ]] || fail "name one directory for the backup"
	(cd "$from" && realpath -m -- "$1")
}

case ${1:-} in
up)
	shift
	start "$@"
	echo "The orders are served at http://127.0.0.1:8080 and http://127.0.0.1:8081, Temporal's UI at http://127.0.0.1:8233."
	;;
down)
	compose --profile observe down --timeout 60
	;;
remove)
	compose --profile observe down --timeout 60 --volumes
	for image in $(docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=orders/*'); do
		docker image rm --force "$image" >/dev/null
	done
	rm -rf secrets
	;;
tool)
	shift
	compose run --rm -T tool "$@"
	;;
backup | restore)
	dir=$(directory "${@:2}")
	"$1" "$dir"
	;;
*)
	fail "say up, down, remove, tool, backup or restore; see the first lines of this file"
	;;
esac
