# SPDX-License-Identifier: MIT
# Part of test_cli.sh: revoke, which writes lists of revocations.

list_is() { # TEXT: all of list.jsonl
    printf '%b' "$1" | cmp -s - list.jsonl
}

t 'revoke makes the list' 0 '^revoked by jti t1, until 1800000000 (2027-01-15T08:00:00Z)$' = revoke --file list.jsonl --jti t1 --until 1800000000 --now 1700000000
is 'for its owner alone' test "$(ls -l list.jsonl | cut -c1-10)" = -rw-------
is 'one line' list_is '{"jti":"t1","until":1800000000}\n'
t 'revoke appends' 0 '^revoked by kid k1 of issuer https://gw, for ever$' = revoke --file list.jsonl --kid k1 --issuer https://gw --for-ever
t 'revoke a user' 0 '^revoked by subject ada of issuer https://idp, issued until 1700000000 (.*), until 1700003600 (' = revoke --file list.jsonl --subject ada --issuer https://idp --before now --until 1h --why 'has "left"' --now 1700000000
is 'three lines' list_is '{"jti":"t1","until":1800000000}\n{"kid":"k1","iss":"https://gw"}\n{"fed_iss":"https://idp","sub":"ada","before":1700000000,"until":1700003600,"why":"has \\"left\\""}\n'
t 'before is a time too' 0 'issued until 1600000000' = revoke --file b.jsonl --subject ada --issuer x --before 1600000000 --for-ever

printf '{"jti":"a"}' > list.jsonl
chmod 644 list.jsonl
cp list.jsonl before.jsonl
for one in jti kid; do
    t "revoke --$one, a whole token" 2 = "--$one is a value from a token, and a whole token is given" revoke --file list.jsonl "--$one" "$(cat minted.token)" --until 1h
    is "revoke --$one, a whole token: it is in no message" sh -c '! grep -q eyJ err'
done
is 'revoke, a whole token: nothing was written' cmp -s list.jsonl before.jsonl
t 'revoke mends the last line break' 0 '*' = revoke --file list.jsonl --jti b --for-ever
is 'two lines' list_is '{"jti":"a"}\n{"jti":"b"}\n'
is 'and leaves the mode' test "$(ls -l list.jsonl | cut -c1-10)" = -rw-r--r--
mkdir -p deep
ln -sf ../list.jsonl deep/link.jsonl
t 'revoke through a link' 0 '*' = revoke --file deep/link.jsonl --jti c --for-ever
is 'three' list_is '{"jti":"a"}\n{"jti":"b"}\n{"jti":"c"}\n'

# The link's own folder may be one that nobody can list: what must last is the file's name in its.
mkdir -p far shut
ln -s ../far/new.jsonl shut/link.jsonl
as_other=''
[ "$(id -u)" -ne 0 ] || as_other='setpriv --reuid=65534 --regid=65534 --clear-groups'
if chmod 755 . && { [ -z "$as_other" ] || chown 65534:65534 far shut; } && $as_other "$fntoken" --version > /dev/null 2>&1; then
    chmod 111 shut
    is 'revoke through a link to a new file' $as_other "$fntoken" revoke --file shut/link.jsonl --jti a --for-ever
    is 'it is where the link leads' grep -q '"jti":"a"' far/new.jsonl
    chmod 755 shut
else
    printf 'test_cli: skipped: revoke through a link to a new file, as no other user can be had\n'
fi

t 'revoke nothing' 2 = 'give one of --jti, --kid and --subject' revoke --file list.jsonl --for-ever
t 'revoke two' 2 = 'give one of --jti, --kid and --subject' revoke --file list.jsonl --jti a --kid b --for-ever
t 'revoke without an end' 2 = 'give one of --until and --for-ever' revoke --file list.jsonl --jti a
t 'revoke with two ends' 2 = 'give one of --until and --for-ever' revoke --file list.jsonl --jti a --until 1h --for-ever
t 'whose user' 2 = '--subject needs --issuer' revoke --file list.jsonl --subject ada --for-ever
t 'before of a jti' 2 = '--before belongs to --subject' revoke --file list.jsonl --jti a --before now --for-ever
t 'until is over' 2 = '--until 90 is over' revoke --file list.jsonl --jti a --until 90
t 'until in milliseconds' 2 = 'milliseconds' revoke --file list.jsonl --jti a --until 1800000000000
t 'until is no time' 2 = '--until is a duration' revoke --file list.jsonl --jti a --until tomorrow
t 'before is no time' 2 = '--before is a whole number' revoke --file list.jsonl --subject a --issuer b --before tomorrow --for-ever
t 'the subject with our prefix' 2 = 'the new entry: Line 1: sub is the identity provider' revoke --file list.jsonl --subject fed:ada --issuer b --for-ever
t 'no UTF-8' 2 = 'the new entry: Line 1' revoke --file list.jsonl --jti "$(printf '\377')" --for-ever
t 'standard output is no list' 2 = '--file is a file' revoke --file - --jti a --for-ever
t 'a folder is no list' 2 = 'file: .: is a folder, and a file is expected' revoke --file . --jti a --for-ever
t 'a device is no list' 2 = 'is no file' revoke --file /dev/null --jti a --for-ever
t 'a folder that is not there' 2 = "nowhere/list.jsonl: can't be made, as its folder is not there" revoke --file nowhere/list.jsonl --jti a --for-ever
is 'nothing was added' list_is '{"jti":"a"}\n{"jti":"b"}\n{"jti":"c"}\n'
t 'a refused entry makes no list' 2 = '*' revoke --file new.jsonl --jti "$(printf '\377')" --for-ever
is 'there is none' test ! -e new.jsonl

printf '{"jti":"a"}\n{"jit":"b"}\n' > broken.jsonl
cp broken.jsonl before.jsonl
t 'revoke adds nothing to what can not be read' 2 = 'broken.jsonl: Line 2: jit is not a member' revoke --file broken.jsonl --jti c --for-ever
t 'nor prunes it' 2 = 'broken.jsonl: Line 2: jit is not a member' revoke --file broken.jsonl --prune
is 'it is as it was' cmp -s broken.jsonl before.jsonl

printf '{"jti":"a","until":5}\n\n{"jti":"until","why":"\\"until\\":1","until" : 7}\r\n{"until":4,"jti":"b"}\n{"jti":"c"}' > list.jsonl
chmod 640 list.jsonl
t 'prune' 0 '^pruned 2, kept 2$' = revoke --file deep/link.jsonl --prune --now 6
is 'what has lapsed is gone' list_is '{"jti":"until","why":"\\"until\\":1","until" : 7}\r\n{"jti":"c"}\n'
is 'the mode is the same' test "$(ls -l list.jsonl | cut -c1-10)" = -rw-r-----
is 'the link is still one' test -L deep/link.jsonl
t 'until is the last second' 0 '^pruned 0, kept 2$' = revoke --file list.jsonl --prune --now 7
t 'and behind it' 0 '^pruned 1, kept 1$' = revoke --file list.jsonl --prune --now 8
printf '{"jti":"a","until":5}\n{"jti":"b","until":6}\n{"jti":"c","until":4}\n\n' > lapsed.jsonl
t 'the last stays where all have lapsed' 0 '^pruned 2, kept 1$' = revoke --file lapsed.jsonl --prune --now 9
is 'it is the last' test "$(cat lapsed.jsonl)" = '{"jti":"c","until":4}'
t 'and stays' 0 '^pruned 0, kept 1$' = revoke --file lapsed.jsonl --prune --now 9
t 'prune takes no entry' 2 = '--jti has no meaning with --prune' revoke --file list.jsonl --prune --jti a
t 'prune no list' 2 = 'No such file' revoke --file nothing.jsonl --prune
is 'which is not made' test ! -e nothing.jsonl

# What a list does.
"$fntoken" mint --key issuer.key --issuer https://gw --subject fed:ada --fed-issuer https://idp --permission 'dev:*' > revoked.token
"$fntoken" jwks issuer.key > revoked.keys
rm -f list.jsonl
by='--jwks revoked.keys --issuer https://gw'
"$fntoken" revoke --file list.jsonl --subject bob --issuer https://idp --for-ever > /dev/null
# shellcheck disable=SC2086
{
    input=revoked.token
    t 'a list that names somebody else' 0 'dev:env allowed' = authorize $by --revoked list.jsonl --resource dev:env
    "$fntoken" revoke --file list.jsonl --subject ada --issuer https://idp --until 1h --why 'has left' > /dev/null
    input=revoked.token
    t 'authorize --revoked' 1 = '^fntoken: revoked: The token was revoked by its subject, until [0-9]* (line 2 of the revocations). Why: has left' authorize $by --revoked list.jsonl --resource dev:env
    input=revoked.token
    t 'verify --revoked' 1 = '^fntoken: revoked: ' verify $by --revoked list.jsonl
    input=revoked.token
    t 'a list that can not be read' 2 = 'broken.jsonl: Line 2: jit' authorize $by --revoked broken.jsonl --resource dev:env
    input=revoked.token
    t 'a list that is not there' 2 = 'No such file' verify $by --revoked nothing.jsonl
    : > empty.jsonl
    input=revoked.token
    t 'a list without entries is told' 0 'dev:env allowed' 'note: empty.jsonl: is empty, so it revokes nothing' authorize $by --revoked empty.jsonl --resource dev:env
    t 'nothing is revoked for a bare signature' 2 = '--revoked has no meaning' verify --signature-only --jwks revoked.keys --revoked list.jsonl x
}

# x and its identity provider: exchange.sh
rm -f list.jsonl
"$fntoken" revoke --file list.jsonl --kid nobody --for-ever > /dev/null
x 'exchange --revoked, somebody else' 0 access_token '*' --revoked list.jsonl --scope function "$(cat alice.token)"
"$fntoken" revoke --file list.jsonl --subject "$("$fntoken" inspect "$(cat alice.token)" 2> err | sed -n 's/.*"sub": *"\([^"]*\)".*/\1/p')" --issuer "$kc" --for-ever --why secret > /dev/null
x 'exchange --revoked' 1 'withdrawn before its time' 'revoked by its subject, for ever (line 2 of the revocations). Why: secret' --revoked list.jsonl --scope function "$(cat alice.token)"
is 'the client is not told why' sh -c '! grep -q secret out'

# Eight at a time, and a ninth that prunes: no entry is lost. One is in force before, as the last stays where all have lapsed, whoever comes first.
rm -f many.jsonl
printf '{"jti":"old","until":1}\n{"jti":"stays"}\n' > many.jsonl
for i in 1 2 3 4 5 6 7 8; do
    "$fntoken" revoke --file many.jsonl --jti "t$i" --for-ever > /dev/null 2>> err &
done
"$fntoken" revoke --file many.jsonl --prune > /dev/null 2>> err &
wait
is 'revoke at the same time' test "$(grep -c '"jti":"t[1-8]"\|"stays"' many.jsonl)" -eq 9
is 'and the lapsed one is gone' sh -c '! grep -q old many.jsonl'

if (ulimit -f 1) 2> /dev/null; then
    awk 'BEGIN { for (i = 0; i < 40; i++) printf "{\"jti\":\"%d\"}\n", i }' > full.jsonl
    while [ "$(wc -c < full.jsonl)" -lt 500 ]; do printf '{"jti":"x"}\n' >> full.jsonl; done
    cp full.jsonl before.jsonl
    is 'no room for the entry' sh -c "trap '' XFSZ; ulimit -f 1; ! '$fntoken' revoke --file full.jsonl --jti $(printf '%0600d' 1) --for-ever > out 2> err"
    is 'nothing half is left' cmp -s full.jsonl before.jsonl
fi
