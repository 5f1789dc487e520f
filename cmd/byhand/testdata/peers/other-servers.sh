#!/bin/bash
# Exim and OpenSMTPD, once and by hand: byhand speaks to each from EHLO to QUIT, with a letter, a refusal and a mistake, and with
# STARTTLS; the session with its explanations is printed, and its essential lines are looked for. OpenSMTPD 6.8.0p2-4+b4 (Debian 12)
# cannot use its key with OpenSSL 3 and breaks the handshake off, so it is spoken to in clear, and once more to see how that is told.
#
#   other-servers.sh BYHAND [DIR]     BYHAND is the program; DIR is where Debian's packages are unpacked, by default a new folder
#
# It is not part of the checks of every change: the two packages cannot be installed beside Postfix. They are downloaded by apt-get
# and unpacked, not installed. The accounts and folders that they want exist in a mount namespace of this script's own, so nothing of
# the system is changed. It needs root, openssl and the network; the servers listen on 127.0.0.1 only and end with the script.
set -euo pipefail
byhand=$(realpath "$1")
dir=$(realpath "${2:-$(mktemp -d)}")
if [ "${OTHER_SERVERS:-}" != inside ]; then
    OTHER_SERVERS=inside exec unshare --mount "$0" "$byhand" "$dir"
fi
exim_port=${EXIM_PORT:-42525} smtpd_port=${SMTPD_PORT:-42526}

unpack() {
    cd "$dir"
    [ -x root/usr/sbin/exim4 ] && [ -x root/usr/sbin/smtpd ] && return
    apt-get download -qq exim4-base exim4-config exim4-daemon-light opensmtpd 2> apt.log
    for deb in *.deb; do dpkg -x "$deb" root; done
}

# world makes what the servers find hard-coded: accounts, and folders that are gone with the namespace.
world() {
    cp /etc/passwd /etc/group "$dir"
    echo "Debian-exim:x:9901:9901::/nonexistent:/usr/sbin/nologin
opensmtpd:x:9902:9902::/var/lib/opensmtpd/empty:/usr/sbin/nologin
opensmtpq:x:9903:9903::/var/lib/opensmtpd/empty:/usr/sbin/nologin" >> "$dir/passwd"
    printf 'Debian-exim:x:9901:\nopensmtpd:x:9902:\nopensmtpq:x:9903:\n' >> "$dir/group"
    mount --bind "$dir/passwd" /etc/passwd
    mount --bind "$dir/group" /etc/group
    mount -t tmpfs none /var/spool
    mount -t tmpfs none /var/lib
    mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
    chmod 711 /var/spool/smtpd
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mx.test -addext subjectAltName=DNS:mx.test \
        -keyout "$dir/key.pem" -out "$dir/cert.pem" 2> "$dir/openssl.log"
    chmod 600 "$dir/key.pem"
}

exim() {
    mkdir -p "$dir/exim"
    cp "$dir/key.pem" "$dir/exim/key.pem"
    chown -R 9901:9901 "$dir/exim"
    chmod 711 "$dir"
    cat > "$dir/exim.conf" << CONF
primary_hostname = mx.test
spool_directory = $dir/exim
log_file_path = $dir/exim/%slog
pid_file_path = $dir/exim/pid
daemon_smtp_ports = $exim_port
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = $dir/cert.pem
tls_privatekey = $dir/exim/key.pem
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
queue_only
begin acl
rcpt:
  accept domains = practice.test
  deny message = relay not permitted
begin routers
none:
  driver = accept
  transport = none
begin transports
none:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
CONF
    "$dir/root/usr/sbin/exim4" -C "$dir/exim.conf" -bdf > "$dir/exim.out" 2>&1 &
    servers+=($!)
}

opensmtpd() {
    cat > "$dir/smtpd.conf" << CONF
pki mx.test cert "$dir/cert.pem"
pki mx.test key "$dir/key.pem"
listen on 127.0.0.1 port $smtpd_port tls pki mx.test hostname mx.test
action "in" mda "cat > /dev/null" virtual { "@" = nobody }
match from any for domain "practice.test" action "in"
CONF
    "$dir/root/usr/sbin/smtpd" -d -f "$dir/smtpd.conf" > "$dir/smtpd.out" 2>&1 &
    servers+=($!)
}

# listening waits until somebody listens on a port.
listening() {
    for _ in $(seq 100); do
        (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return
        sleep 0.1
    done
    echo "nobody listens on $1" >&2
    cat "$dir"/*.out >&2
    return 1
}

plain='HELP
MAIL FROM:<alice@practice.test>
RCPT TO:<bob@elsewhere.test>
RCPT TO:<bob@practice.test>
DATA
From: alice@practice.test
To: bob@practice.test
Subject: by hand

..a line with a dot before it
.
MAIL TO:<alice@practice.test>
VRFY bob
RSET
NOOP
QUIT'
hello='EHLO client.test'
starttls="$hello
STARTTLS
$hello"

# talk NAME PORT SCRIPT LINE... prints the session with one server in both languages, and looks for the lines in the English one.
talk() {
    local name=$1 port=$2 script=$3 lang status
    shift 3
    for lang in en zh; do
        echo "== $name, $lang"
        status=0
        "$byhand" --no-record --lang "$lang" --protocol smtp --ca "$dir/cert.pem" --servername mx.test 127.0.0.1 "$port" <<< "$script" \
            > "$dir/$name.wire" 2> "$dir/$name.$lang" || status=$?
        cat "$dir/$name.$lang"
        echo "status $status"
    done
    for want in "$@"; do
        grep -Eq -- "$want" "$dir/$name.en" || missing+=("$name: no $want")
    done
}
whole=('^S: 220 .*ESMTP' '^S: 250[ -]' '^S: 55[0-9] ' 'No to RCPT' '^S: 354 ' 'The letter is accepted' '^S: 50[0-9] ' 'MAIL goes with FROM' '^S: 221 ' 'Yes to QUIT')

# ended ends the servers that this script began, and nobody else's.
ended() {
    for pid in "${servers[@]}"; do kill "$pid" 2> /dev/null || true; done
    wait 2> /dev/null || true
}

servers=() missing=()
trap ended EXIT
unpack
world
exim
opensmtpd
listening "$exim_port"
listening "$smtpd_port"
talk exim "$exim_port" "$starttls
$plain" "${whole[@]}" 'TLS is on: TLSv1.3'
talk opensmtpd "$smtpd_port" "$hello
$plain" "${whole[@]}"
talk opensmtpd-starttls "$smtpd_port" "$starttls
QUIT" 'TLS is on|an error of its own'
[ ${#missing[@]} -eq 0 ] && echo "both spoke as they should" && exit
printf 'missing: %s\n' "${missing[@]}"
exit 1
