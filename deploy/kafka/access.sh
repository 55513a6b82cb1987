#!/usr/bin/env bash
# Who may read and write what on Kafka? One user for each file in the given folder (default: the container's), whose
# content is the password (SCRAM-SHA-512).
#
#   <folder>/<service>            writes its own topic, takes part in the control topic, reads those of the services;
#                                 `notify` writes the departments' feeds as well
#   <folder>/feed-<department>    reads the department's feed and nothing else, in groups named `<department>.…`
#
# Compose runs it as soon as Kafka answers. It may be run again at any time: what is there stays, passwords become those
# of the files, and a user without a file is locked out. For a cluster of your own: KAFKA_ADMIN=host:port, and
# KAFKA_ADMIN_CONFIG=<properties file> with which an administrator signs on.
set -euo pipefail
folder=${1:-/run/kafka-users}
at=(--bootstrap-server "${KAFKA_ADMIN:-localhost:9094}" ${KAFKA_ADMIN_CONFIG:+--command-config "$KAFKA_ADMIN_CONFIG"})
export KAFKA_HEAP_OPTS=-Xmx128m KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
export PATH=$PATH:/opt/kafka/bin
passwords=$(mktemp -d)
trap 'rm -rf "$passwords"' EXIT

names=() services=()
for file in "$folder"/*; do
  name=${file##*/}
  [[ $name =~ ^[a-z][a-z0-9-]*$ && $(<"$file") =~ ^[A-Za-z0-9._~-]{16,}$ ]] || { echo "$file: no user with a password of 16 letters and digits or more" >&2; exit 2; }
  names+=("$name")
  [[ $name == feed-* ]] || services+=(--allow-principal "User:$name")
done

allow() { kafka-acls.sh "${at[@]}" --add "$@" >/dev/null; }

# A password goes through a file: none is ever seen in a list of processes.
sign_on() {
  echo "SCRAM-SHA-512=password=$(<"$folder/$1")" >"$passwords/$1"
  kafka-configs.sh "${at[@]}" --alter --entity-type users --entity-name "$1" --add-config-file "$passwords/$1" >/dev/null
}

service() {
  allow --allow-principal "User:$1" --operation All --topic "shenguan.$1.v1" --topic shenguan.control.v1 --group "$1" --group "$1.control"
  if [[ $1 == notify ]]; then
    allow --allow-principal User:notify --operation All --topic shenguan.feed. --resource-pattern-type prefixed
  fi
}

department() {
  allow --allow-principal "User:feed-$1" --operation Read --operation Describe --topic "shenguan.feed.$1.v1"
  allow --allow-principal "User:feed-$1" --operation Read --group "$1." --resource-pattern-type prefixed
}

user() {
  if [[ $1 == feed-* ]]; then department "${1#feed-}"; else service "$1"; fi
  sign_on "$1" # last: whoever may sign on has all that is its own
  echo "kafka user $1: ready"
}

if ((${#services[@]})); then
  # Who hears a topic may be there first: whoever comes first makes it.
  allow "${services[@]}" --operation Read --operation Describe --operation DescribeConfigs --operation Create \
    --operation Alter --operation AlterConfigs --topic shenguan. --resource-pattern-type prefixed
fi
for name in "${names[@]}"; do
  while (($(jobs -pr | wc -l) >= 2)); do wait -n; done
  user "$name" &
done
while (($(jobs -pr | wc -l) > 0)); do wait -n; done

kafka-configs.sh "${at[@]}" --describe --entity-type users |
  sed -n "s/^SCRAM credential configs for user-principal '\([^']*\)'.*/\1/p" | while read -r known; do
  [[ " ${names[*]} " == *" $known "* ]] && continue
  kafka-configs.sh "${at[@]}" --alter --entity-type users --entity-name "$known" --delete-config SCRAM-SHA-512 >/dev/null
  echo "kafka user $known: locked out"
done
