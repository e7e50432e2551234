#!/bin/sh
# SPDX-License-Identifier: MIT
# Every example of every --help and every manual page works as it stands there, in a folder with the files that they name; and what
# scripts/quickstart says to try next.
# Usage: examples.sh FNTOKEN SOURCE_ROOT
set -u
fntoken=$(realpath "$1") root=$(realpath "$2")
manual=$root/docs/man
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
cd "$work" || exit 2
mkdir bin
ln -s "$fntoken" bin/fntoken
printf '#!/bin/sh\ncat "%s"/iam/*.yaml\n' "$work" > bin/kubectl
chmod +x bin/kubectl
PATH=$work/bin:$PATH
wrong=0 count=0
gw=https://gw.example.com idp=https://idp.example.com

# What the examples find: the files are new for each of them.
prepare() {
    rm -rf iam ./*.key ./*.json ./*.jsonl ./*.pem ./*.txt token
    mkdir iam
    cat > iam/all.yaml << 'END'
apiVersion: iam.openfaas.com/v1
kind: JwtIssuer
metadata: {name: idp, namespace: openfaas}
spec: {iss: "https://idp.example.com", aud: [openfaas], tokenExpiry: 1h}
---
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: p, namespace: openfaas}
spec: {statement: [{sid: s, action: ["Function:Invoke"], effect: Allow, resource: ["openfaas-fn:env", "dev:*"]}]}
---
apiVersion: iam.openfaas.com/v1
kind: Role
metadata: {name: r, namespace: openfaas}
spec: {policy: [p], principal: {"jwt:iss": ["https://idp.example.com"]}, condition: {StringEqual: {"jwt:sub": [alice]}}}
END
    now=$(date +%s)
    printf '{"iss":"%s","aud":"openfaas","sub":"alice","iat":%s,"exp":%s}' $idp $((now - 10)) $((now + 300)) > alice.json
    cp alice.json claims.json
    for key in issuer old-issuer idp; do
        alg=ES256
        [ $key = idp ] && alg=RS256
        fntoken keygen --alg $alg --out $key.key --public-out $key.jwks.json > id
    done
    fntoken keygen --alg RS256 --force --out idp.key --public-out idp.pem > id
    fntoken jwks idp.pem > idp.jwks.json
    fntoken jwks issuer.key > keys.json
    fntoken sign --key idp.key --claims alice.json > idp-token.txt
    fntoken mint --key issuer.key --issuer $gw --subject me --permission 'dev:*' > token.txt
    TOKEN=$(cat token.txt)
    export TOKEN
}

# The answer, unless the example says another: RESOURCE... of match, of which one is denied on purpose.
answer_of() { case $1 in *'dev:environment'*) echo 3 ;; *) echo 0 ;; esac; }

# Some need the provider's token, or files that are not there yet.
try() { # WHERE COMMAND
    prepare
    case $2 in
    # a provider's kid is its own, and no thumbprint of what stands in a PEM file
    *'verify --jwks idp.pem'*) fntoken sign --key idp.key --kid 2026-05-key --claims alice.json > token.txt ;;
    *inspect*can*) cp idp-token.txt token.txt ;;
    *'keygen --rotate'*) rm -rf keys && mkdir keys && cp issuer.key keys/current.pem ;;
    *'keygen'*) rm -f issuer.* idp.* ;;
    *'revoke'*--prune*) fntoken revoke --file revoked.jsonl --jti a --until 1 --now 0 > id ;;
    esac
    case $2 in *'fntoken token'* | *'fntoken invoke'*) count=$((count + 1)) && return ;; esac # they need a gateway, which clients.py has
    case $2 in *jq*) command -v jq > id || return ;; esac
    count=$((count + 1))
    sh -c "$2" > out 2> err
    got=$?
    [ $got -eq "$(answer_of "$2")" ] && return
    printf '%s: exit status %s of\n  %s\n%s\n' "$1" $got "$2" "$(cat out err)"
    wrong=$((wrong + 1))
}

# Standard input: lines of commands, which a \ at the end continues; a blank line ends those that belong together.
try_all() { # WHERE
    whole=
    while IFS= read -r line; do
        case $line in
        *\\) whole="$whole${line%\\} " ;;
        *'|') whole="$whole$line " ;;
        *) try "$1" "$whole$line" < /dev/null; whole= ;;
        esac
    done
}

of_manual() { # PAGE: the lines between .Bd and .Ed of its examples, as man shows them
    awk '/^\.Sh/ { inside = /EXAMPLES/ } inside && !/^\./ { sub(/\\e$/, "\\"); print }' "$manual/$1"
}

commands=$(fntoken --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for command in $commands; do
    before=$count
    fntoken "$command" --help | sed -n '/^Examples\{0,1\}:$/,$s/^  *//p' > lines
    try_all "$command --help" < lines
    of_manual "fntoken-$command.1" > lines
    try_all "fntoken-$command(1)" < lines
    [ $((count - before)) -ge 2 ] || { echo "$command: no example was found"; wrong=$((wrong + 1)); }
done
# These belong together, each after the other.
for where in help manual; do
    prepare
    rm -f issuer.key keys.json
    if [ $where = help ]; then fntoken --help | sed '1,/^Example:$/d'; else of_manual fntoken.1; fi > all
    count=$((count + 1))
    sh -e all > out 2> err || { echo "fntoken --help, $where: exit status $?"; cat all out err; wrong=$((wrong + 1)); }
    grep -q '^dev:env allowed$' out || { echo "fntoken --help, $where: no decision"; cat all out err; wrong=$((wrong + 1)); }
done

sed -n '/^cat <<END$/,/^END$/s/^  \(fntoken .*\)/\1/p' "$root/scripts/quickstart" | sed 's/   .*//' > all
[ "$(wc -l < all)" -eq 3 ] || { echo "scripts/quickstart: what to try next was not found"; wrong=$((wrong + 1)); }
while IFS= read -r line; do
    count=$((count + 1))
    (cd "$root" && sh -c "$line") < /dev/null > out 2> err || { echo "scripts/quickstart: exit status $? of $line"; cat out err; wrong=$((wrong + 1)); }
done < all

echo "examples: $count, $wrong wrong"
[ "$wrong" -eq 0 ]
