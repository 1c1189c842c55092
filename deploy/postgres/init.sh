#!/bin/sh
# Creates the roles and databases, once, when the volume of PostgreSQL is new. psql
# reads the passwords from files: they are in no argument and no environment.
set -eu
psql --set=ON_ERROR_STOP=1 --no-psqlrc --quiet --username="$POSTGRES_USER" <<'SQL'
\set temporal_password `cat /run/secrets/temporal_password`
\set orders_password `cat /run/secrets/orders_password`
SET log_min_error_statement = panic; -- a statement that fails must not log a password
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE ROLE orders LOGIN PASSWORD :'orders_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE DATABASE orders OWNER orders;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility, orders FROM PUBLIC;
SQL
