#!/bin/sh
# Runs a command with what this kernel and this user's rights offer to confine it. Stages call each other:
#   join    enter the cgroups given in CGROUPS (on the host, before anything is hidden)
#   limits  set resource limits, tie the process to its parent's life; go on in new namespaces
#   hide    inside the namespaces: a new root that shows only what the command needs, then drop every capability
# Parameters come as environment variables, so that the command line shows only the command:
#   NAMESPACES   "user", "root" (real root, no user namespace) or "none"
#   MEMORY_KIB   data segment (RLIMIT_DATA: heaps and private maps of the whole process)
#   TEMP_KIB     temporary disk: size of the private /tmp, and of the largest file anywhere
#   PROCESSES    most processes and threads (RLIMIT_NPROC), 0 where the kernel cannot count them per namespace
#   ROOT         a directory to build the new root on; what it holds is not visible to the command
#   VISIBLE      paths, one a line, that stay visible read-only
#   CGROUPS      cgroup.procs files, one a line, to enter
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
stage=$1
shift

case $stage in
join)
  printf '%s\n' "$CGROUPS" | while IFS= read -r procs; do
    [ -z "$procs" ] || echo $$ > "$procs"
  done
  exec setpriv --pdeathsig KILL -- "$0" limits "$@"
  ;;

limits)
  ulimit -c 0
  ulimit -n 256
  ulimit -d "$MEMORY_KIB"
  ulimit -f $((TEMP_KIB * 2)) # counted in blocks of 512 bytes
  case $NAMESPACES in
  user) exec unshare --user --map-root-user --net --pid --mount --ipc --uts --fork --kill-child=KILL -- "$0" hide "$@" ;;
  root) exec unshare --net --pid --mount --ipc --uts --fork --kill-child=KILL -- "$0" hide "$@" ;;
  *) exec setpriv --no-new-privs -- "$@" ;;
  esac
  ;;

hide)
  show() { # show PATH: the same path under the new root, read-only
    [ -e "$1" ] && [ ! -e "$ROOT$1" ] || return 0
    if [ -d "$1" ]; then mkdir -p "$ROOT$1"; else mkdir -p "$ROOT${1%/*}" && : >> "$ROOT$1"; fi
    mount --rbind -o ro "$1" "$ROOT$1"
  }
  mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev market-onnx "$ROOT"
  mkdir "$ROOT/proc" "$ROOT/tmp" "$ROOT/old"
  mount -t proc -o nosuid,nodev,noexec proc "$ROOT/proc"
  mount -t tmpfs -o "mode=0700,size=${TEMP_KIB}k,nosuid,nodev,noexec" market-onnx-temp "$ROOT/tmp"
  for link in /bin /lib /lib64 /sbin; do
    if [ -L "$link" ]; then ln -s "$(readlink "$link")" "$ROOT$link"; else show "$link"; fi
  done
  for path in /usr /etc/ld.so.cache /sys/devices/system/cpu /dev/null /dev/zero /dev/urandom /dev/random; do show "$path"; done
  printf '%s\n' "$VISIBLE" | while IFS= read -r path; do [ -z "$path" ] || show "$path"; done
  cd "$ROOT"
  pivot_root . old
  cd /
  umount -l /old
  rmdir /old
  mount -o remount,bind,ro,nosuid,nodev /
  limit=
  [ "$PROCESSES" = 0 ] || limit="prlimit --nproc=$PROCESSES --"
  unset NAMESPACES MEMORY_KIB TEMP_KIB PROCESSES ROOT VISIBLE CGROUPS
  exec $limit setpriv --pdeathsig KILL --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all -- "$@"
  ;;
esac
