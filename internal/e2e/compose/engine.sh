#!/usr/bin/env bash
# Starts a Docker engine of its own, with its socket and data below a directory, and
# builds stand-ins for the images that deploy/ names: this test runs without a registry
# of images. Each stand-in has the name and the interface of the official image, and
# is made of Debian packages and Go modules.
#
#	engine.sh start DIR    # DIR/docker.sock serves when this ends
#	engine.sh stop DIR
#
# It needs root on Debian, and Debian's packages docker.io, docker-compose, debootstrap
# and prometheus, which it installs. Debian has no Grafana: there is no stand-in for it.
set -euo pipefail
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../../.." && pwd)
readonly here repository

fail() {
	echo "engine.sh: $*" >&2
	exit 1
}

# Debian's client has BuildKit built in; another one that comes first in PATH may not.
docker() {
	/usr/bin/docker --host "unix://$dir/docker.sock" "$@"
}

require() {
	[[ $(id -u) == 0 ]] || fail "a Docker engine is started by root only; run this test as root"
	command -v apt-get >/dev/null || fail "this test installs Debian packages, and there is no apt-get here"
	if ! [[ -x /usr/sbin/dockerd && -x /usr/bin/docker && -x /usr/bin/docker-compose ]] || ! type -P debootstrap iptables prometheus >/dev/null; then
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io docker-compose debootstrap iptables prometheus
	fi
}

start_engine() {
	! docker version >/dev/null 2>&1 || return 0 # it runs already
	mkdir -p "$dir/data" "$dir/run"
	(
		# The engine may outlive this script: it must not keep locks of the caller.
		for fd in /proc/"$BASHPID"/fd/*; do
			fd=${fd##*/}
			((fd < 3)) || exec {fd}>&-
		done
		exec setsid dockerd --host "unix://$dir/docker.sock" --data-root "$dir/data" --exec-root "$dir/run" --pidfile "$dir/docker.pid" \
			--live-restore=false
	) </dev/null >"$dir/dockerd.log" 2>&1 &
	for _ in $(seq 60); do
		! docker version >/dev/null 2>&1 || return 0
		sleep 0.5
	done
	tail -5 "$dir/dockerd.log" >&2
	fail "the Docker engine does not answer after 30 s; the rest of its log is in $dir/dockerd.log"
}

# base is Debian with what the stand-ins share.
base() {
	if ! docker image inspect standin/base:1 >/dev/null 2>&1; then
		local root
		root=$(mktemp -d "$dir/base.XXXXXX")
		debootstrap --variant=minbase --include=ca-certificates,postgresql-15,procps bookworm "$root" >"$dir/debootstrap.log" 2>&1 ||
			fail "debootstrap failed; see $dir/debootstrap.log"
		ln -sf bash "$root/bin/sh" # the official images have a shell with pipefail
		cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
		tar -C "$root" -c . | docker import - standin/base:1 >/dev/null
		rm -rf "$root"
	fi
}

# tools builds the programs of the Temporal images, in the versions that these have.
tools() {
	local server_version ui_version
	server_version=$(version_of 'TEMPORAL_IMAGE=' deploy/Dockerfile)
	ui_version=$(version_of 'image: temporalio\/ui' deploy/compose.yaml)
	bin=$dir/tools/server-$server_version-ui-$ui_version
	mkdir -p "$bin"
	install_as temporal-server "go.temporal.io/server/cmd/server@$server_version"
	install_as temporal-sql-tool "go.temporal.io/server/cmd/tools/sql@$server_version"
	install_as temporal github.com/temporalio/cli/cmd/temporal@v1.5.1
	install_as ui-server "github.com/temporalio/ui-server/v2/cmd/server@$ui_version"
}

# install_as builds a program under a name, once.
install_as() {
	[[ ! -x $bin/$1 ]] || return 0
	local built
	built=$(mktemp -d "$dir/build.XXXXXX")
	(cd "$built" && GOWORK=off CGO_ENABLED=0 GOBIN=$built GOFLAGS=-mod=mod go install "$2")
	mv "$built"/* "$bin/$1"
	rmdir "$built"
}

# image builds one stand-in: its name, its Dockerfile, and files of its context.
image() {
	local name=$1 file=$2 context
	shift 2
	! docker image inspect "$name" >/dev/null 2>&1 || return 0
	context=$(mktemp -d "$dir/context.XXXXXX")
	cp -r "$@" "$context/"
	cp "$here/standins/$file" "$context/Dockerfile"
	DOCKER_BUILDKIT=1 docker build --quiet --tag "$name" "$context" >/dev/null
	rm -rf "$context"
}

start() {
	require
	start_engine
	base
	tools
	local goroot
	goroot=$(go env GOROOT)
	image "$(named 'GO_IMAGE=' deploy/Dockerfile)" golang.Dockerfile "$goroot/bin" "$goroot/pkg" "$goroot/src" "$goroot/lib" "$goroot/VERSION" "$goroot/go.env"
	image "$(named 'TEMPORAL_IMAGE=' deploy/Dockerfile)" server.Dockerfile "$bin/temporal-server" "$here/standins/server.sh"
	image "$(named 'image: temporalio\/admin-tools' deploy/compose.yaml)" admin.Dockerfile "$bin/temporal-sql-tool" "$bin/temporal"
	image "$(named 'image: temporalio\/ui' deploy/compose.yaml)" ui.Dockerfile "$bin/ui-server" "$here/standins/ui.yaml"
	image "$(named 'image: postgres' deploy/compose.yaml)" postgres.Dockerfile "$here/standins/postgres.sh"
	image "$(named 'image: prom\/prometheus' deploy/compose.yaml)" prometheus.Dockerfile /usr/bin/prometheus
	docker images
}

# named returns the image that a file of the repository names, with its version.
named() {
	local found
	found=$(sed -nE "/$1/{s/^.*(image: |_IMAGE=)//p;q}" "$repository/$2")
	[[ -n $found ]] || fail "$2 names no image by \"$1\"; mend this script"
	printf '%s' "$found"
}

# version_of returns the version of the Go module that the image is made of.
version_of() {
	local image
	image=$(named "$1" "$2")
	printf 'v%s' "${image##*:}"
}

stop() {
	[[ -f $dir/docker.pid ]] || return 0
	local pid
	pid=$(<"$dir/docker.pid")
	kill "$pid"
	for _ in $(seq 120); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.5
	done
	fail "the Docker engine $pid does not stop"
}

[[ $# == 2 && ($1 == start || $1 == stop) ]] || fail "say start or stop, and a directory"
mkdir -p "$2"
dir=$(cd -P "$2" && pwd)
"$1"
