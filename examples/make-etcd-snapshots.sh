#!/usr/bin/env bash
# Makes the etcd snapshots of the sample store: starts an etcd of its own on loopback, fills it with a few keys as a Kubernetes API server
# names them, and saves a snapshot at each stage. Needs etcd and etcdctl on the PATH (Debian: etcd-server, etcd-client).
#
#   examples/make-etcd-snapshots.sh [directory]
set -euo pipefail

out=$(realpath -m "${1:-$(dirname "$0")/etcd-snapshots}")
client=http://127.0.0.1:${ETCD_CLIENT_PORT:-23790}
peer=http://127.0.0.1:${ETCD_PEER_PORT:-23800}
work=$(mktemp -d)
pid=

stop() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
    pid=
  fi
}
trap 'stop; rm -rf "$work"' EXIT

export ETCDCTL_API=3
ctl() { etcdctl --endpoints="$client" "$@"; }

# start NAME: an empty etcd, ready to be written to.
start() {
  etcd --name "$1" --data-dir "$work/$1" --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "$1=$peer" >"$work/$1.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    if ctl endpoint health >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "etcd did not start:" >&2
  cat "$work/$1.log" >&2
  exit 1
}

# put KIND NAMESPACE/NAME: one object, as JSON.
put() {
  ctl put "/registry/$1/$2" "{\"kind\":\"$1\",\"metadata\":{\"name\":\"${2##*/}\",\"namespace\":\"${2%%/*}\"}}" >/dev/null
}

# save FILE: a snapshot, checked by etcdctl, compressed without a name and a time.
save() {
  ctl snapshot save "$work/$1" >>"$work/snapshot.log" 2>&1 || { cat "$work/snapshot.log" >&2; exit 1; }
  ctl snapshot status "$work/$1" >/dev/null
  gzip -9 -n <"$work/$1" >"$out/$1.gz"
}

mkdir -p "$out"

start main
for name in kube-system/kube-root-ca.crt kube-system/coredns default/kube-root-ca.crt; do put configmaps "$name"; done
for i in $(seq 0 9); do put pods "kube-system/kube-proxy-$i"; done
for i in $(seq 0 19); do put pods "default/web-$i"; done
save main-1.db
for i in $(seq 20 39); do put pods "default/web-$i"; done
ctl del /registry/pods/default/web-0 >/dev/null
save main-2.db
stop

start events
for i in $(seq 60); do put events "default/web-$((i % 40)).$i"; done
save events-1.db
stop

ls -l "$out"
