#!/bin/sh
# Listens on BIND_ON_IP and tells other processes the address of this container.
set -eu
address=$(getent hosts "$(hostname)" | cut -d ' ' -f 1)
export BIND_ON_IP="${BIND_ON_IP:-$address}" TEMPORAL_BROADCAST_ADDRESS="${TEMPORAL_BROADCAST_ADDRESS:-$address}"
exec temporal-server start
