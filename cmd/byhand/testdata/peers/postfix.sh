#!/bin/bash
# Postfix as SMTP server for practice.test on 127.0.0.1. It asks the Dovecot whose folder it is given for passwords, and
# puts the letters into that Dovecot's maildrops. All other domains are refused and every way out is closed. Everything
# it needs and writes is in DIR; nothing of the system's own Postfix is touched. It needs root, as Postfix does.
#
#   postfix.sh DIR PORT DOVECOT-DIR     says "ready" when it listens; runs until its standard input ends
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/life.sh"
dir=$1 port=$2 dovecot=$3
PATH=$PATH:/usr/sbin

if [ "$(id -u)" -ne 0 ]; then
    echo "postfix.sh: Postfix starts as root only" >&2
    exit 1
fi
owner=$(id -u nobody) group=$(id -g nobody)
mkdir -p "$dir/conf" "$dir/queue" "$dir/data"
chown postfix "$dir/data"

cat > "$dir/conf/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop

myhostname = mx.practice.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
smtputf8_enable = yes
biff = no

virtual_mailbox_domains = practice.test
virtual_mailbox_base = $dovecot/mail
virtual_mailbox_maps = inline:{ student@practice.test=student/, bob@practice.test=bob/ }
virtual_uid_maps = static:$owner
virtual_gid_maps = static:$group

default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
local_transport = error:nobody has a mailbox of this kind
notify_classes =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $dovecot/sasl
CONF

cat > "$dir/conf/master.cf" <<CONF
127.0.0.1:$port inet n - n - - smtpd
pickup    unix       n - n 60 1 pickup
cleanup   unix       n - n - 0 cleanup
qmgr      unix       n - n 300 1 qmgr
rewrite   unix       - - n - - trivial-rewrite
bounce    unix       - - n - 0 bounce
defer     unix       - - n - 0 bounce
trace     unix       - - n - 0 bounce
verify    unix       - - n - 1 verify
flush     unix       n - n 1000? 0 flush
proxymap  unix       - - n - - proxymap
showq     unix       n - n - - showq
error     unix       - - n - - error
retry     unix       - - n - - error
discard   unix       - - n - - discard
virtual   unix       - n n - - virtual
anvil     unix       - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
CONF

live_with "$dir/queue/pid/master.pid" "$dir/postfix.log" postfix -c "$dir/conf" start
