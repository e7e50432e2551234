# SPDX-License-Identifier: MIT
# Part of test_cli.sh: keygen, jwks, and how key files are read.

t 'keygen' 0 '^[A-Za-z0-9_-]\{43\}$' = keygen --out issuer.key --public-out issuer.jwks
cp out issuer.kid
is 'a private key is for its owner alone' test "$(ls -l issuer.key | cut -c1-10)" = -rw-------
is 'a public key is for all' test "$(ls -l issuer.jwks | cut -c1-10)" = -rw-r--r--
is 'the private key is PEM' grep -q 'PRIVATE KEY-----' issuer.key
is 'the public key is a JWKS' grep -q '^{"keys":\[{"kty":"EC".*}\]}$' issuer.jwks
is 'the kid that was printed' grep -q "\"kid\":\"$(cat issuer.kid)\"" issuer.jwks
is 'nothing private in it' sh -c '! grep -q "\"d\"" issuer.jwks'
t 'keygen never overwrites' 2 = 'issuer.key: is there already; nothing was written' keygen --out issuer.key
t 'keygen never overwrites the public file' 2 = 'issuer.jwks: is there already' keygen --out new.key --public-out issuer.jwks
is 'and leaves no half of a pair' test ! -e new.key
t 'keygen --force' 0 '*' = keygen --out forced.key
cp forced.key before.key
t 'keygen --force' 0 '*' = keygen --out forced.key --force
is 'it was replaced' sh -c '! cmp -s forced.key before.key'
is 'and is still for its owner alone' test "$(ls -l forced.key | cut -c1-10)" = -rw-------
is 'nothing is left beside it' test "$(ls -d forced.key*)" = forced.key
ln -s forced.key link.key
t 'keygen does not write through a link' 2 = 'link.key' keygen --out link.key
mkdir elsewhere
cp forced.key elsewhere/target.key
ln -sf elsewhere/target.key link.key
t 'keygen --force replaces what a link leads to' 0 '*' = keygen --out link.key --force
is 'and the link stays' test -L link.key
is 'what it leads to is another key' sh -c '! cmp -s forced.key elsewhere/target.key'
is 'for its owner alone' test "$(ls -l elsewhere/target.key | cut -c1-10)" = -rw-------
is 'nothing is left beside either' test "$(echo link.key* elsewhere/*)" = 'link.key elsewhere/target.key'
ln -s nothing.key lost.key
t 'keygen --force, a link to nothing' 2 = 'lost.key: is a link that leads to no file' keygen --out lost.key --force
is 'which stays' test -L lost.key
ln -s /dev/null device.key
t 'keygen --force, a link to a device' 2 = 'device.key: is there already and is no file' keygen --out device.key --force
mkdir folder.key
t 'keygen --force replaces files only' 2 = 'folder.key: is there already and is no file' keygen --out folder.key --force
t 'keygen --force does not replace a device' 2 = '/dev/null: is there already and is no file' keygen --out /dev/null --force
t 'keygen into a folder that is not there' 2 = "nowhere/k.key: can't be made, as its folder is not there" keygen --out nowhere/k.key
t 'keygen, the key could be a file name' 2 = 'bytes is no file, and the name of a file is expected' keygen '--out=-----BEGIN A KEY WITHOUT A SLASH'
t 'keygen, a key where the name of its file is expected' 2 = 'bytes is no file, and the name of a file is expected' keygen "--out=$(cat issuer.key)"
t 'keygen to standard output' 2 = 'a private key is not printed' keygen --out -
t 'keygen, the public half to standard output' 0 '^-----BEGIN PUBLIC KEY-----$' = keygen --out shown.key --public-out -
is 'and nothing else' test "$(tail -n 1 out)" = '-----END PUBLIC KEY-----'
cp out shown.pem
is 'no file is called -' test ! -e -
"$fntoken" jwks shown.key > shown.jwks
t 'rule 10: jwks says that a thumbprint becomes the kid' 0 "$(cat shown.jwks)" \
    "shown.pem: PEM block 1 came without a kid: its RFC 7638 thumbprint" jwks shown.pem
t 'which is no news of a private key' 0 "$(cat shown.jwks)" = jwks shown.key
t 'keygen --json, the public half to standard output' 2 = '--json and --public-out -' keygen --out j.key --public-out - --json
if [ -w /dev/full ]; then
    for also in '' '--public-out full.jwks' '--public-out -'; do
        name="keygen${also:+ $also}, standard output that is full"
        : > out
        # shellcheck disable=SC2086 # two arguments
        "$fntoken" keygen --out full.key $also > /dev/full 2> err
        if [ $? -eq 2 ] && grep -q 'standard output' err && [ "$(wc -l < err)" -eq 1 ]; then passed=$((passed + 1)); else bad 'not exit status 2'; fi
        is "$name: nothing was made" test "$(echo full.*)" = 'full.*'
    done
    cp forced.key before.key
    is 'keygen --force, standard output that is full' sh -c "! '$fntoken' keygen --out forced.key --force > /dev/full 2> err"
    is 'the old key is there' cmp -s forced.key before.key
fi
t 'keygen, both to one file' 2 = 'the same file' keygen --out same --public-out same
t 'keygen, symmetric' 2 = 'shared secret' keygen --alg HS256 --out hs.key
t 'keygen, none' 2 = '--alg none is not known' keygen --alg none --out none.key
case $("$fntoken" --version) in
*EdDSA*) t 'keygen, EdDSA' 0 '*' = keygen --alg EdDSA --out ed.key ;;
*)
    t 'keygen, EdDSA' 2 = '^fntoken: unsupported: this build does not have that algorithm; it is ' keygen --alg EdDSA --out ed.key
    is 'no file after a refusal' test ! -e ed.key
    printf '{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}' > ed.json
    t 'a key that the build lacks, alone' 2 = '^fntoken: unsupported: ed.json: .*Ed25519 is not supported by this build.* Use a key of an algorithm that the build has (.* ES256 .*), or' \
        verify --jwks ed.json --issuer i a.b.c
    ;;
esac
for alg in ES384 ES512 RS256 PS256; do
    t "keygen --alg $alg" 0 '*' = keygen --alg $alg --out "$alg.key" --public-out "$alg.pem"
    is "$alg: public PEM" grep -q 'BEGIN PUBLIC KEY' "$alg.pem"
done
t 'keygen --json' 0 '^{"kid":"[A-Za-z0-9_-]*","alg":"ES384"}$' = keygen --alg ES384 --out json.key --json

t 'jwks of a private key' 0 "\"kid\":\"$(cat issuer.kid)\"" = jwks issuer.key
is 'nothing private in it' sh -c '! grep -q "\"d\"" out'
t 'jwks of several' 0 '"kty":"RSA"' 'RS256.pem: PEM block 1 came without a kid' jwks issuer.key RS256.pem ES384.key
is 'all three' test "$(grep -o '"kty"' out | wc -l)" -eq 3
cp out all.jwks
t 'jwks of a jwks' 0 '"kty":"RSA"' = jwks all.jwks
is 'all three again' test "$(grep -o '"kty"' out | wc -l)" -eq 3
t 'jwks, the same key twice' 0 '*' '*' jwks issuer.key issuer.jwks
is 'is there once' test "$(grep -o '"kty"' out | wc -l)" -eq 1
input=issuer.key
t 'jwks of standard input' 0 '"kty":"EC"' = jwks -
input=issuer.key
t 'jwks of standard input twice' 2 = 'asked for twice' jwks - -
t 'jwks of nothing' 2 = 'a key file is missing' jwks
t 'jwks of a missing file' 2 = '^fntoken: file: none.pem: No such file' jwks none.pem
: > empty
t 'jwks of an empty file' 2 = '^fntoken: file: empty: is empty' jwks empty
t 'jwks of a folder' 2 = 'file: .: is a folder, and a file is expected' jwks .
echo 'not a key' > text
t 'jwks of any text' 2 = '^fntoken: key: text: ' jwks text
cp issuer.key open.key
chmod 644 open.key
t 'rule 16: jwks tells of a private key that others can read' 0 '"kty"' 'can be read or changed by others (mode 0644)' jwks open.key

echo '{"sub":"me"}' > me.json
t 'rule 16: a private key that others can read is told' 0 eyJ 'open.key: this private key can be read or changed by others (mode 0644): chmod 600' sign --key open.key --claims me.json
chmod 640 open.key
t 'rule 16: the group is others too' 0 eyJ 'mode 0640' mint --key open.key --issuer i --subject s --permission a:b
for key in RS256.pem one.jwk; do
    printf '%s' "$(sed -e 's/^{"keys":\[//' -e 's/\]}$//' issuer.jwks)" > one.jwk
    t "a public key where a private one belongs: $key" 2 = "^fntoken: key: $key: This is a public key; signing needs the private one" sign --key $key --claims me.json
done
t 'a JWKS where a private key belongs' 2 = '^fntoken: key: issuer.jwks: This is a JWKS' mint --key issuer.jwks --issuer i --subject s --permission a:b
input=open.key
t 'rule 16: on standard input too' 0 eyJ 'can be read or changed by others' sign --key - --claims me.json
t 'a missing key' 2 = '^fntoken: file: none.key: No such file' sign --key none.key --claims me.json
chmod 600 empty
t 'an empty key' 2 = '^fntoken: file: empty: is empty' sign --key empty --claims me.json
t 'a folder as key' 2 = '^fntoken: file: ' sign --key . --claims me.json
if [ "$(id -u)" -ne 0 ]; then
    cp issuer.key unreadable.key
    chmod 000 unreadable.key
    t 'a key that can not be read' 2 = 'unreadable.key: Permission denied' sign --key unreadable.key --claims me.json
    chmod 600 unreadable.key
fi
printf '{"kty":"oct","alg":"HS256","kid":"h","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}' > hmac.jwk
chmod 600 hmac.jwk
t 'a symmetric key to sign' 2 = 'a symmetric key (oct) is used only with --allow-hmac' sign --key hmac.jwk --claims me.json
t 'and when allowed' 0 eyJ = sign --key hmac.jwk --claims me.json --allow-hmac
cp out hmac.token
