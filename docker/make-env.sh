#!/bin/sh
# Makes the file .env of docker-compose.yml: a copy of .env.example, with a secret behind every name that has none there.
# A .env that is there already stays as it is, so this may be run any number of times.
set -eu
cd "$(dirname "$0")/.."

leave() {
  echo ".env is there already, and stays as it is."
  exit 0
}

secret() {
  od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'
}

if [ -e .env ] || [ -h .env ]; then leave; fi

umask 077
unfinished=$(mktemp .env.XXXXXX)
trap 'rm -f "$unfinished"' EXIT
while IFS= read -r line; do
  case $line in
    [A-Z]*=) value=$(secret) ;;
    *) value= ;;
  esac
  printf '%s%s\n' "$line" "$value"
done <.env.example >"$unfinished"
# A link is made whole or not at all, and never in place of another file: somebody else may have been quicker.
if ! reason=$(ln "$unfinished" .env 2>&1); then
  if [ -e .env ]; then leave; fi
  echo ".env could not be made: $reason" >&2
  exit 1
fi
echo ".env has the secrets of this installation; only you may read it. Keep a copy where you keep passwords."
