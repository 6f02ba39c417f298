#!/bin/sh
# Runs redis-server as its own user; arguments that start with a dash are options of redis-server.
set -eu

if [ "$#" -eq 0 ] || [ "${1#-}" != "$1" ]; then
    set -- redis-server "$@"
fi
# ElastiCache nodes answer to other hosts; access is by the AUTH token and the security group.
if [ "$1" = redis-server ]; then
    set -- "$@" --protected-mode no --bind '*'
fi
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=redis --regid=redis --init-groups "$@"
fi
exec "$@"
