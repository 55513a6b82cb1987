#!/usr/bin/env bash
# Which databases does PostgreSQL hold? One for each address in the given folder (default: the container's secrets),
# owned by a role of its own, closed to every other role.
#
#   <folder>/<service>_database_url    postgresql://role:password@host:port/database
#
# PostgreSQL's image runs it once, on an empty volume. It may be run again at any time, also against a server of your
# own (PGHOST, PGUSER, PGPASSWORD): what is there stays, and passwords become those of the files.
set -euo pipefail
folder=${1:-/run/secrets}

for file in "$folder"/*_database_url; do
  [[ $(<"$file") =~ ^postgresql://([a-z_]+):([A-Za-z0-9._~-]+)@[^/]+/([a-z_]+)$ ]] || { echo "$file: not an address of a database" >&2; exit 2; }
  # psql reads the values from its input: no password is ever seen in a list of processes.
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres <<SQL
\set role '${BASH_REMATCH[1]}'
\set password '${BASH_REMATCH[2]}'
\set database '${BASH_REMATCH[3]}'
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database", postgres, template1 FROM PUBLIC;
SQL
  echo "database ${BASH_REMATCH[3]}: ready, open to ${BASH_REMATCH[1]} alone"
done
