#!/bin/sh
# SPDX-License-Identifier: MIT
# Rule 28: the walkthrough once more with two issuers, each trusted beside the other, and then with the two exchanged: every step must come out
# the same for either. And a token of the one must never pass as the other's: not with its own iss and the other's key, not the other way round.
# Usage: pairs.sh FNTOKEN WALKTHROUGH
set -u
fntoken=$1 walkthrough=$2
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 2
passed=0 failed=0

# copy NAME: the walkthrough as it stands, but for an issuer of that name, and names of objects that are its own.
copy() {
    cp -R "$walkthrough" "$work/$1"
    find "$work/$1" -type f | while read -r file; do
        sed -i "s/keycloak\.example\.com/$1.example.com/g; s/invoke-policy/$1-policy/g; s/invoke-role/$1-role/g" "$file"
    done
}

result() { # result STATUS EXPECTED NAME
    if [ "$1" -eq "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $3: exit status $1, expected $2"
    fi
}

foreign() { # foreign CLAIMS-OF SIGNED-BY: must be refused like any unknown signature
    "$fntoken" sign --key "$work/$2.key" --claims "$work/$1/claims/keycloak-mapper.json" > "$work/token" || exit 2
    "$fntoken" exchange --iam "$work/$1/iam" --key "$work/gateway.key" --issuer https://openfaas.example.com --scope function --now 1715848921 \
        --trust "https://$1.example.com/realms/openfaas=$work/$1.jwks" --trust "https://$2.example.com/realms/openfaas=$work/$2.jwks" \
        < "$work/token" > "$work/out" 2> "$work/err"
    result $? "$3" "claims of $1, key of $2"
    [ "$3" -eq 0 ] || grep -q 'its issuer, its key or its signature is not one that is trusted here' "$work/out"
    result $? 0 "claims of $1, key of $2: what the client is told"
}

"$fntoken" keygen --out "$work/gateway.key" > /dev/null
for issuer in north south; do
    copy "$issuer"
    "$fntoken" keygen --alg RS256 --out "$work/$issuer.key" --public-out "$work/$issuer.jwks" > /dev/null
done
for pair in "north south" "south north"; do
    one=${pair% *} other=${pair#* }
    for file in "$walkthrough"/iam/*.yaml; do cp "$work/$other/iam/${file##*/}" "$work/$one/iam/other-${file##*/}"; done
    sh "$work/$one/run.sh" "$fntoken" > "$work/out" 2>&1
    status=$?
    [ "$status" -eq 0 ] || grep -B 4 FAILED "$work/out"
    result "$status" 0 "the walkthrough of $one, beside $other"
    foreign "$one" "$one" 0
    foreign "$one" "$other" 1
    rm "$work/$one"/iam/other-*
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
