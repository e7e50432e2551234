#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The whole journey: an identity provider's token in, a decision out. Prints each command and what came of it, and fails if
# anything comes out otherwise than it must.
#
# Usage: run.sh [FNTOKEN]     the program; $FNTOKEN, or the build's, or the installed one when not given
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
fntoken=${1:-${FNTOKEN:-}}
if [ -z "$fntoken" ]; then
    fntoken=fntoken
    for built in "$here"/../../build*/fntoken "$here"/../../build*/tools/fntoken/fntoken "$here"/../../build*/tools/fntoken; do
        if [ -f "$built" ] && [ -x "$built" ]; then fntoken=$built; fi
    done
fi
case $fntoken in
*/*) fntoken=$(cd "$(dirname "$fntoken")" && pwd)/$(basename "$fntoken") ;;
esac
[ "$(command -v "$fntoken")" ] || { echo "run.sh: there is no $fntoken: build it, or set FNTOKEN" >&2; exit 2; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cp -R "$here/iam" "$here/claims" "$work" && cd "$work" || exit 2
failures=0

# Names for what the commands below have in common. The time is fixed, so that everything comes out the same every time.
gateway=https://openfaas.example.com
keycloak=https://keycloak.example.com/realms/openfaas
now=1715848921

title() { printf '\n== %s\n' "$*"; }

# run EXPECTED-STATUS WORDS COMMAND...: prints the command, runs it, and looks for WORDS in what it said. Standard input is the
# file that $input names, standard output goes to out.
input=/dev/null
run() {
    expected=$1 words=$2
    shift 2
    printf '\n$ fntoken'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_/.:=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    if [ "$input" != /dev/null ]; then printf ' < %s' "$input"; fi
    printf '\n'
    "$fntoken" "$@" < "$input" > out 2> err
    status=$?
    # Tokens are long: their beginning will do.
    cat out err | sed -e 's/\(eyJ[A-Za-z0-9_-]\{24\}\)[A-Za-z0-9_.-]*/\1.../g' -e 's/^/  /'
    if [ "$status" -ne "$expected" ]; then
        printf '  FAILED: exit status %s, expected %s\n' "$status" "$expected"
        failures=$((failures + 1))
    elif [ -n "$words" ] && ! cat out err | grep -qF -- "$words"; then
        printf '  FAILED: this should say: %s\n' "$words"
        failures=$((failures + 1))
    else
        printf '  (exit status %s)\n' "$status"
    fi
    input=/dev/null
}

# The token in the endpoint's answer.
access_token() { sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' out; }

exchange() {
    expected=$1 words=$2
    shift 2
    run "$expected" "$words" exchange --iam iam --key gateway.key --issuer "$gateway" --trust "$keycloak=keycloak.jwks" --now "$now" "$@"
}

decide() {
    expected=$1 words=$2
    shift 2
    run "$expected" "$words" authorize --jwks gateway.jwks --issuer "$gateway" --explain --now "$now" "$@"
}

title 'Two keys: the gateway signs Function Tokens with one, the other stands in for Keycloak'
run 0 '' keygen --out gateway.key --public-out gateway.jwks
run 0 '' keygen --alg RS256 --out keycloak.key --public-out keycloak.jwks

title 'The rules: a JwtIssuer, a Policy and a Role; lint says what the tutorial says too'
run 0 shared-client-id lint --iam iam

title 'Keycloak makes a token for the client "openfaas", as it does when nobody configured more'
run 0 eyJ sign --key keycloak.key --claims claims/keycloak-stock.json
cp out stock.token
input=stock.token
run 0 '"aud":"account"' inspect

title 'It is refused: Keycloak made it for "account", not for us; the sentence says what to do'
input=stock.token
exchange 1 'add an audience mapper' --scope function

title 'With an audience mapper in Keycloak the token is for us'
run 0 eyJ sign --key keycloak.key --claims claims/keycloak-mapper.json
cp out mapper.token

title 'It is exchanged for a Function Token'
input=mapper.token
exchange 0 '"expires_in":3600' --scope function
access_token > function.token
input=function.token
run 0 '"permissions":["openfaas-fn:*","dev:env"]' verify --jwks gateway.jwks --issuer "$gateway" --now "$now"

title 'And for a narrower one, which is for two functions alone'
input=mapper.token
exchange 0 access_token --scope function --audience openfaas-fn:env --audience openfaas-fn:figlet
access_token > narrow.token
input=narrow.token
run 0 '"audience":["openfaas-fn:env","openfaas-fn:figlet"]' verify --jwks gateway.jwks --issuer "$gateway" --now "$now"

title 'Without scope=function it becomes an API token, for the gateway itself'
input=mapper.token
exchange 0 access_token
access_token > api.token

title 'The decisions, as the watchdog of each function makes them'
input=function.token
decide 0 'openfaas-fn:env allowed' --resource openfaas-fn:env
input=function.token
decide 0 'dev:env allowed' --path /function/env.dev/some/path
input=function.token
decide 3 'dev:other denied' --resource dev:other
input=function.token
decide 3 'dev:environment denied' --resource dev:environment
input=narrow.token
decide 0 'openfaas-fn:env allowed' --resource openfaas-fn:env
input=narrow.token
decide 3 'openfaas-fn:printer denied' --resource openfaas-fn:printer

title 'No token, an API token, an expired one'
decide 1 'no-token' --header --resource openfaas-fn:env
input=api.token
decide 1 'api-token' --resource openfaas-fn:env
input=function.token
run 1 'expired' authorize --jwks gateway.jwks --issuer "$gateway" --resource openfaas-fn:env --explain --now $((now + 7200))

title 'Who may call what, and why, without any token'
run 0 invoke-policy can --iam iam --claims claims/keycloak-mapper.json dev:env
run 3 'dev:environment denied' can --iam iam --claims claims/keycloak-mapper.json dev:environment

printf '\n'
if [ "$failures" -gt 0 ]; then
    printf 'walkthrough: %s of the steps above came out wrong\n' "$failures"
    exit 1
fi
printf 'walkthrough: every step came out as it must\n'
