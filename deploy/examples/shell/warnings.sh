#!/usr/bin/env bash
# Warnings by curl and jq; one JSON a line on stdout, the place where to go on in $CURSOR.
#
#   XIANJIE_URL=http://localhost:8002 XIANJIE_TOKEN=… CURSOR=cursor ./warnings.sh snapshot|changes|follow|stream [QUERY]
#
#   snapshot   the warnings that stand now; begin with it
#   changes    what changed since, to the end
#   follow     the same for ever, by long poll
#   stream     the same for ever, by server-sent events
#
# QUERY narrows, the same for all four: 'division=150625&severity=urgent'. A line may be printed again after a crash
# (the cursor is kept after it): drop an event_id that you had. Exit code 3: the cursor is too old, begin with snapshot.
set -euo pipefail
url=${XIANJIE_URL:-http://localhost:8002}
cursor=${CURSOR:-cursor}
way=${1:?snapshot, changes, follow or stream}
query=${2:+&$2}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The token goes by a file descriptor: arguments can be read by everybody on the machine.
ask() {
  curl -sS --config <(printf 'header = "Authorization: Bearer %s"\n' "$XIANJIE_TOKEN") "$@"
}

get() {
  local status
  status=$(ask -o "$answer" -w '%{http_code}' "$url$1")
  case $status in
    200) ;;
    410) jq -r .detail "$answer" >&2; exit 3 ;;
    *) cat "$answer" >&2; exit 1 ;;
  esac
}

keep() { # whole or not at all
  printf '%s\n' "$1" > "$cursor.part"
  mv "$cursor.part" "$cursor"
}

snapshot() {
  local after=
  while get "/v1/warnings/snapshot?limit=500$after$query"; do
    jq -c '.items[]' "$answer"
    after=$(jq -r 'if .next then "&after=\(.next | @uri)" else "" end' "$answer")
    [ -n "$after" ] || break
  done
  keep "$(jq -r .cursor "$answer")"
}

changes() { # $1: seconds to wait for the next change
  get "/v1/warnings/changes?after=$(cat "$cursor")&limit=500&wait=$1$query"
  jq -c '.items[]' "$answer"
  keep "$(jq -r .next "$answer")"
}

stream() { # from where the last page ended, until the server ends it
  local line place=
  while IFS= read -r line; do
    case $line in
      'id: '*) place=${line#id: } ;;
      'data: {"reason"'*) printf '%s\n' "${line#data: }" >&2 ;; # why it ends
      'data: '*) printf '%s\n' "${line#data: }" ;;
      '') [ -z "$place" ] || keep "$place" ;; # the event is whole
    esac
  done < <(ask -N -f -H "Last-Event-ID: $(cat "$cursor")" "$url/v1/warnings/stream?after=0$query")
}

[ "$way" = snapshot ] || [ -s "$cursor" ] || { echo "no cursor yet: begin with snapshot" >&2; exit 2; }
case $way in
  snapshot) snapshot ;;
  changes) while :; do changes 0; [ "$(jq '.items | length' "$answer")" -gt 0 ] || break; done ;;
  follow) while :; do changes 25; done ;;
  stream) while :; do changes 0; stream; sleep 1; done ;;
  *) echo "snapshot, changes, follow or stream" >&2; exit 2 ;;
esac
