#!/bin/sh
# Creates the namespace of the orders. It may run again.
set -eu
namespace=orders
if ! temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
	temporal operator namespace create --namespace "$namespace" --retention 168h \
		--description "Orders and their approvals"
fi
# A new namespace is known to all parts of the server after some seconds.
tries=0
until temporal operator search-attribute list --namespace "$namespace" >/dev/null 2>&1; do
	tries=$((tries + 1))
	if [ "$tries" -gt 60 ]; then
		echo "namespace.sh: the namespace $namespace does not answer after 60 s; look at the logs of the service temporal" >&2
		exit 1
	fi
	sleep 1
done
