#!/bin/bash
# Dovecot as POP3 server for student/secret and bob/builder on 127.0.0.1, and as the one who checks passwords for
# Postfix (socket DIR/sasl). Everything it needs and writes is in DIR; nothing of the system's own Dovecot is touched.
#
#   dovecot.sh DIR PORT     says "ready" when it listens; runs until its standard input ends
#
# As root it works with the accounts of Debian's package, and the letters belong to nobody: Dovecot opens no mail for
# root. As any other user it works as that user alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/life.sh"
dir=$1 port=$2

mkdir -p "$dir/run" "$dir/mail"
cat > "$dir/users" <<USERS
student:{PLAIN}secret
bob:{PLAIN}builder
USERS

read -r owner group <<< "$(mail_owner)"
for who in student bob; do
    mkdir -p "$dir/mail/$who/new" "$dir/mail/$who/cur" "$dir/mail/$who/tmp"
done
# The names give the order: Dovecot numbers new letters by the names of their files.
for letter in "$here"/letters/*.eml; do
    cp "$letter" "$dir/mail/student/new/$(basename "$letter" .eml).peers"
done
chown -R "$owner:$group" "$dir/mail"

cat > "$dir/dovecot.conf" <<CONF
protocols = pop3
listen = 127.0.0.1
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:$dir/mail/%n
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = passwd-file
  args = username_format=%n $dir/users
}
userdb {
  driver = static
  args = uid=$owner gid=$group home=$dir/mail/%n
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $port
  }
  inet_listener pop3s {
    port = 0
  }
}
service anvil {
  chroot =
}
service auth {
  unix_listener $dir/sasl {
    mode = 0666
  }
}
$(if [ "$(id -u)" -ne 0 ]; then
    echo "default_internal_user = $(id -un)"
    echo "default_internal_group = $(id -gn)"
    echo "default_login_user = $(id -un)"
fi)
CONF

live_with "$dir/run/master.pid" "$dir/dovecot.log" dovecot -c "$dir/dovecot.conf"
