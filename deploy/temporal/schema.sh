#!/bin/sh
# Brings the schema of Temporal's databases to the version of this image. It may run
# again: with a newer image it upgrades. The password comes from PGPASSFILE.
set -eu
for name in temporal visibility; do
	database=temporal
	[ "$name" = temporal ] || database=temporal_visibility
	tool="temporal-sql-tool --plugin postgres12_pgx --endpoint postgres --port 5432 --user temporal --database $database"
	$tool setup-schema --version 0.0
	$tool update-schema --schema-name "postgresql/v12/$name"
done
