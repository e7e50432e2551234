# SPDX-License-Identifier: MIT
# Part of test_cli.sh: authorize, match.

a() { n=$1 s=$2 o=$3 e=$4; shift 4; t "$n" "$s" "$o" "$e" authorize --jwks issuer.jwks --issuer $gw --now $now "$@"; }
"$fntoken" mint --key issuer.key --issuer $gw --subject me --permission 'dev:*' --permission openfaas-fn:env --now $now > wide.token
wide=$(cat wide.token)

a 'authorize' 0 '^dev:x allowed$' = --resource dev:x "$wide"
a 'authorize, denied' 3 '^prod:x denied$' '^fntoken: permission: no permission covers prod:x' --resource prod:x "$wide"
a 'authorize, denied by audience' 3 '^dev:x denied$' '^fntoken: function-audience:' --resource dev:x "$(cat minted.token)"
input=wide.token
a 'authorize, standard input' 0 'dev:x allowed' = --resource dev:x
input=wide.token
a 'authorize, -' 0 'dev:x allowed' = --resource dev:x -
a 'authorize --token' 0 'dev:x allowed' = --resource dev:x --token wide.token
a 'authorize --token and a token' 2 = 'give --token or a token, not both' --resource dev:x --token wide.token "$wide"
a 'authorize --quiet' 0 = = --resource dev:x --quiet "$wide"
a 'authorize --quiet, denied' 3 = = --resource prod:x --quiet "$wide"
a 'authorize --quiet, refused' 1 = = --resource dev:x --quiet a.b.c
a 'authorize --quiet, a fault' 2 = 'No such file' --resource dev:x --quiet --token gone.token
a 'authorize --quiet --json' 2 = '--quiet prints nothing, and --json asks for it' --resource dev:x --quiet --json "$wide"
a 'authorize --quiet --explain' 2 = '--quiet prints nothing, and --explain asks for it' --resource dev:x --quiet --explain "$wide"
a 'authorize, refused' 1 = '^fntoken: malformed:' --resource dev:x a.b.c
a 'authorize, the scheme in the argument' 1 = '^fntoken: ' --resource dev:x "Bearer $wide"
a 'authorize --header' 0 'dev:x allowed' = --header --resource dev:x "Bearer $wide"
a 'authorize --header without scheme' 1 = '^fntoken: header:' --header --resource dev:x "$wide"
a 'authorize --header, empty' 1 = '^fntoken: no-token:' --header --resource dev:x
a 'authorize --header, empty argument' 1 = '^fntoken: no-token:' --header --resource dev:x ''
a 'authorize --header, two' 1 = '^fntoken: header:' --header --resource dev:x "Bearer $wide, Bearer $wide"
a 'authorize --path' 0 '^openfaas-fn:env allowed$' = --path '/function/env?x=y' "$wide"
a 'authorize --path with a namespace' 0 '^dev:x allowed$' = --path /function/x.dev/y/z "$wide"
a 'authorize --path --namespace' 0 '^dev:x allowed$' = --path /async-function/x --namespace dev "$wide"
a 'authorize --path, ambiguous' 3 = '^fntoken: path: the path is refused at byte 10: .. is resolved by some servers' --path /function/../x "$wide"
a 'authorize --path, a segment of dots' 3 = 'refused at byte 14: %2e. is resolved by some servers' --path '/function/x/a/%2e./b' "$wide"
a 'authorize --path, two slashes' 3 = 'refused at byte 16: some servers merge two slashes' --path '/function/x/a/b//c/d' "$wide"
a 'authorize --path, a parameter' 3 = 'refused at byte 23: ; starts a parameter' --path '/async-function/x.dev/a;b?c=/d' "$wide"
a 'authorize --path, a query' 3 = '^fntoken: path: .* at byte 14: a space, a control character or # has to be encoded in a query$' --path '/function/x/?a b' "$wide"
a 'authorize --path, a name' 3 = '^fntoken: path: .* at byte 10: X is not made of .* digits and inner hyphens$' --path '/function/X/y' "$wide"
a 'authorize --path, empty' 3 = '^fntoken: path:' --path '' "$wide"
a 'authorize --path, a namespace that is none' 2 = 'the default namespace A_B is not made of' --path /function/x --namespace A_B "$wide"
a 'authorize --path, none' 3 = '^fntoken: path:' --path /system/functions "$wide"
a 'authorize without namespace' 3 'env denied' '^fntoken: resource:' --resource env "$wide"
a 'authorize, a resource with a star' 3 '*' '^fntoken: resource:' --resource 'dev:*' "$wide"
a 'authorize, an empty resource' 3 '*' '^fntoken: resource:' --resource '' "$wide"
a 'authorize, neither' 2 = 'give one of --resource and --path' "$wide"
a 'authorize, both' 2 = 'give one of --resource and --path' --path /function/x --resource a:b "$wide"
a 'authorize, --namespace alone' 2 = '--namespace belongs to --path' --namespace x --resource a:b "$wide"
a 'authorize --explain' 0 'dev:*' = --resource dev:x --explain "$wide"
a 'authorize --json' 0 '^{"resource":"dev:x","allowed":true,"status":"ok","report":\[{.*\]}$' = --resource dev:x --json "$wide"
a 'authorize --json, denied' 3 '"allowed":false,"status":"permission"' '^fntoken: permission' --resource x:x --json "$wide"
a 'authorize --json, refused' 1 '"allowed":false,"status":"malformed"' '^fntoken: malformed' --resource x:x --json x
t 'authorize, now in milliseconds' 2 = '^fntoken: argument: .*milliseconds' authorize --jwks issuer.jwks --issuer $gw --now 1715848921000 --resource dev:x "$wide"
t 'authorize, expired' 1 = '^fntoken: expired:' authorize --jwks issuer.jwks --issuer $gw --resource dev:x "$wide"
t 'authorize, missing keys' 2 = '^fntoken: file: none: No such file' authorize --jwks none --issuer $gw --resource dev:x "$wide"
t 'authorize, empty keys' 2 = '^fntoken: file: empty: is empty' authorize --jwks empty --issuer $gw --resource dev:x "$wide"
input=issuer.jwks
t 'authorize, standard input twice' 2 = 'asked for twice' authorize --jwks - --issuer $gw --resource dev:x -
input=issuer.jwks
t 'authorize, keys from standard input' 0 'dev:x allowed' = authorize --jwks - --issuer $gw --now $now --resource dev:x "$wide"
printf '{"iss":"%s","aud":"%s","sub":"me","exp":%s,"function":{"permissions":["dev:*"]}}' $gw $gw $((now + 300)) > rs.json
"$fntoken" sign --key RS256.key --claims rs.json > rs.token 2> err
t 'rule 6: ES256 alone' 1 = '^fntoken: algorithm:' authorize --jwks RS256.pem --issuer $gw --now $now --resource dev:x "$(cat rs.token)"
t 'HS256 needs a switch' 2 = '^fntoken: key: hmac.jwk:' authorize --jwks hmac.jwk --issuer $gw --now $now --resource dev:x x
"$fntoken" sign --key hmac.jwk --claims rs.json --allow-hmac > hs.token 2> err
t 'HS256 with its switch' 0 'dev:x allowed' = authorize --jwks hmac.jwk --issuer $gw --now $now --allow-hmac --resource dev:x "$(cat hs.token)"
"$fntoken" keygen --out pem.key --public-out issuer.pem > out
t 'rule 10: a key from PEM verifies, whatever kid the token names' 0 '"iss":' = verify --jwks issuer.pem --issuer $gw --now $now \
    "$("$fntoken" sign --key pem.key --kid other --claims h.json)"
t 'rule 10: and nothing that another key signed' 1 = '^fntoken: key-unknown: .* The token.s kid is "other", which no key has' \
    verify --jwks issuer.pem --issuer $gw --now $now "$("$fntoken" sign --key issuer.key --kid other --claims h.json)"

t 'match' 0 '^dev:x allowed$' = match --permission 'dev:*' dev:x
t 'match, several' 3 '^dev:environment denied$' = match --permission dev:env --permission 'fn:*' dev:env dev:environment fn:x
is 'match, a line each' test "$(wc -l < out)" -eq 3
is 'match, in order' test "$(cut -d' ' -f2 out | tr '\n' ' ')" = 'allowed denied allowed '
t 'match --audience' 3 '^dev:x denied$' = match --permission '*' --audience dev:y dev:x
t 'match --audience, several' 0 '^dev:x allowed$' = match --permission '*' --audience dev:y --audience '*:x' dev:x
t 'match, no resource' 2 = 'a resource is missing' match --permission '*'
t 'match, no permission' 2 = '--permission is missing' match dev:x
t 'match, a resource that is none' 3 '^env denied$' '^fntoken: resource: the resource "env" has no namespace' match --permission '*' env
long=$(printf 'a%.0s' $(seq 128))
t 'match, what is too long for a resource' 3 '^(an argument of 128 bytes) denied$' 'the resource has 128 bytes, and none has more than 127' match --permission '*' "$long"
t 'match --explain, what is too long' 3 '^  reason    the resource has 128' = match --permission '*' --explain "$long"
is 'match --explain, what is too long: nothing of it' sh -c '! grep -q aaaaaaaa out'
t 'match --json, what is too long' 3 '"resource":"(an argument of 128 bytes)","allowed":false' = match --permission '*' --json "$long"
is 'match --json, what is too long: nothing of it' sh -c '! grep -q aaaaaaaa out'
t 'match, capitals' 3 '^Dev:x denied$' 'the namespace of the resource "Dev:x" is not made of' match --permission '*' Dev:x
t 'match, denied for what it may' 3 '^dev:y denied$' = match --permission dev:x dev:y
t 'match, an empty one' 3 'denied' '^fntoken: resource: ' match --permission '*' ''
t 'match --quiet' 0 = = match --quiet --permission '*' a:b
t 'match --quiet, denied' 3 = = match --quiet --permission a:b a:b a:c
t 'match --quiet, a resource that is none' 3 = = match --quiet --permission '*' env
t 'match --quiet --json' 2 = '--quiet prints nothing' match --quiet --json --permission '*' a:b
t 'match --json' 3 '^\[{"resource":"a:b","allowed":false,"status":"permission","report":\[{.*}\]},{"resource":"c:d","allowed":true,"status":"ok",' = match --json --permission c:d a:b c:d
t 'match --explain' 0 'reason' = match --explain --permission '*' a:b
t 'rule 21: no regular expressions' 3 '^dev:xenv denied$' = match --permission 'dev:.*env' dev:xenv
