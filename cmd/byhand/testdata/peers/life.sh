# How the servers of this folder live and end; read by their scripts.

# mail_owner prints user and group that own the letters.
mail_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        echo "$(id -un nobody) $(id -gn nobody)"
    else
        echo "$(id -un) $(id -gn)"
    fi
}

# live_with PIDFILE LOG COMMAND... runs the command, which starts a server and comes back when it listens; says "ready",
# waits for the end of standard input and ends the server by its process id. When the test dies, its end of the pipe
# closes, so no server outlives its test.
live_with() {
    local pidfile=$1 log=$2
    shift 2
    if ! "$@" < /dev/null > "$log.start" 2>&1; then
        cat "$log.start" "$log" >&2 || true
        exit 1
    fi
    server=$(tr -d ' \n' < "$pidfile")
    trap 'end_server "$server"' EXIT
    trap 'exit 1' INT TERM HUP
    echo ready
    cat > /dev/null
}

# end_server PID ends a server and waits until it is gone.
end_server() {
    kill "$1" 2> /dev/null || return 0
    tail --pid="$1" -f /dev/null
}
