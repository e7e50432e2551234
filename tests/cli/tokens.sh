# SPDX-License-Identifier: MIT
# Part of test_cli.sh: sign, mint, inspect, verify.
gw=https://gw.example.com
now=1715848921

t 'sign' 0 '^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$' = sign --key issuer.key --claims me.json
input=out
t 'sign: the header' 0 "{\"header\":{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"$(cat issuer.kid)\"},\"claims\":{\"sub\":\"me\"},\"verified\":false}" = inspect
feed '{"sub":"me"}'
t 'sign, claims from standard input' 0 eyJ = sign --key issuer.key --claims -
input=issuer.key
t 'sign, standard input twice' 2 = 'standard input (-) is asked for twice' sign --key - --claims -
t 'sign --kid --typ' 0 eyJ = sign --key issuer.key --kid 'a"b' --typ at+jwt --claims me.json
input=out
t 'sign --kid --typ: the header' 0 '"typ":"at+jwt","kid":"a\"b"' = inspect
t 'sign without typ and kid' 0 eyJ = sign --key issuer.key --kid '' --typ '' --claims me.json
input=out
t 'sign without typ and kid: the header' 0 '{"header":{"alg":"ES256"},' = inspect
t 'sign --alg' 0 eyJ = sign --key RS256.key --alg PS384 --claims me.json
input=out
t 'sign --alg: the header' 0 '"alg":"PS384"' = inspect
t 'sign with an alg that the key can not' 2 = '^fntoken: key: issuer.key: ' sign --key issuer.key --alg ES384 --claims me.json
t 'sign, claims that are no JSON' 2 = '^fntoken: ' sign --key issuer.key --claims text
t 'sign, empty claims' 2 = '^fntoken: file: empty: is empty; a JSON object with a token'\''s claims is expected' sign --key issuer.key --claims empty
t 'sign, missing claims' 2 = 'none.json: No such file' sign --key issuer.key --claims none.json

mint() { t "$@" --key issuer.key --issuer $gw --subject me; }
mint 'mint' 0 eyJ = mint --permission 'dev:*' --permission openfaas-fn:env --audience dev:env --now $now --ttl 90s
cp out minted.token
input=minted.token
t 'mint: the claims' 0 "\"iss\":\"$gw\",\"sub\":\"me\",\"aud\":[\"$gw\"],\"exp\":1715849011,\"iat\":$now,\"jti\":" = verify --jwks issuer.jwks --issuer $gw --now $now
is 'mint: permissions and audience' grep -q '"function":{"permissions":\["dev:\*","openfaas-fn:env"\],"audience":\["dev:env"\]}' out
for ttl in 12h=43200 1h30m=5400 90=90 1m0s=60 0h2s=2; do
    mint "mint --ttl ${ttl%=*}" 0 eyJ = mint --permission a:b --now $now --ttl "${ttl%=*}"
    input=out
    t "mint --ttl ${ttl%=*} is ${ttl#*=} s" 0 "\"exp\":$((now + ${ttl#*=}))," "exp $((now + ${ttl#*=})) is 2024-05-16T" inspect
done
for ttl in 1500ms 1.5h h -1 +1 ' 1' 12x 1h1 1h2 .5h 1e3 99999999999999999999h '1h 30m'; do
    mint "mint --ttl $ttl" 2 = '--ttl is a duration of whole seconds' mint --permission a:b --ttl="$ttl"
done
mint 'mint, a permission without its namespace' 0 eyJ '^fntoken: note: .*"env" matches no function: NAMESPACE:NAME' mint --permission env --now $now
mint 'mint, an audience that no function has' 0 eyJ 'audience "dev:-x" matches no function' mint --permission 'dev:*' --audience dev:-x --now $now
mint 'mint --ttl 0' 2 = '^fntoken: ' mint --permission a:b --ttl 0
mint 'mint --now, milliseconds' 2 = 'milliseconds' mint --permission a:b --now 1715848921000
mint 'mint --now, no number' 2 = '--now is a whole number' mint --permission a:b --now today
mint 'mint --now, negative' 2 = '--now is a whole number' mint --permission a:b --now=-5
mint 'mint with an RSA key' 2 = '--key is given twice' mint --permission a:b --key RS256.key
for pair in 'RS256.key:this one is RSA' 'ES384.key:this one is on P-384' 'hmac.jwk:this one is a shared secret' 'issuer.pem:signing needs the private one' 'issuer.jwks:one private key is needed'; do
    [ -f "${pair%%:*}" ] || continue
    t "mint with ${pair%%:*}" 2 = "${pair#*:}" mint --permission a:b --key "${pair%%:*}" --issuer $gw --subject me
    cp err said
    t "exchange with ${pair%%:*}" 2 = "${pair#*:}" exchange --iam s.yaml --key "${pair%%:*}" --issuer $gw a.b.c
    is "exchange with ${pair%%:*}: as mint says it" sh -c 'tail -n 1 err | cmp -s - said'
done
mint 'mint without permission' 2 = '--permission is missing' mint
mint 'mint twice differs' 0 eyJ = mint --permission a:b --now $now
cp out first
mint 'mint twice differs' 0 eyJ = mint --permission a:b --now $now
is 'rule 27: jti is random' sh -c '! cmp -s out first'

t 'inspect a token as argument' 0 '"verified":false' '*' inspect "$(cat minted.token)"
t 'inspect --token' 0 '"verified":false' '*' inspect --token minted.token
input=minted.token
t 'inspect --token -' 0 '"verified":false' '*' inspect --token -
t 'inspect --token and a token' 2 = 'give --token or a token, not both' inspect --token minted.token a.b.c
t 'inspect --token, not there' 2 = 'file: gone.token: No such file' inspect --token gone.token
at() { t "inspect, a time: $1" 0 '"verified":false' "$2" inspect --token minted.token --now "$3"; }
at 'now' '^fntoken: note: iat 1715848921 is 2024-05-16T08:42:01Z, now$' $now
at 'ahead' '^fntoken: note: exp 1715849011 is 2024-05-16T08:43:31Z, in 90 s$' $now
at 'minutes ahead' '^fntoken: note: exp 1715849011 is 2024-05-16T08:43:31Z, in 2 min$' $((now - 40))
at 'ago' '^fntoken: note: exp 1715849011 is 2024-05-16T08:43:31Z, 1 s ago$' $((now + 91))
at 'hours ago' '^.* iat .*, 3 h ago$' $((now + 3 * 3600 + 59))
at 'days ago' '^.* iat .*, 4 days ago$' $((now + 4 * 86400 + 86399))
at 'since the beginning' '^.* iat .*, in 19859 days$' 0
echo '{"iat":1715848921000,"nbf":1715848921.9,"exp":99999999999999999999,"auth_time":"1715848921"}' > times.json
"$fntoken" sign --key issuer.key --claims times.json > times.token
t 'inspect, milliseconds' 0 '*' '^fntoken: note: iat 1715848921000 is 2024-05-16T08:42:01Z, now, in milliseconds, and seconds are expected$' inspect --token times.token --now $now
is 'inspect, a fraction' grep -q '^fntoken: note: nbf 1715848921 is 2024-05-16T08:42:01Z, now$' err
is 'inspect, no time' test "$(wc -l < err)" -eq 2
echo '{"iat":-1,"exp":1.715852521e9}' > times.json
"$fntoken" sign --key issuer.key --claims times.json > times.token
t 'inspect, a number with an exponent' 0 '*' '^fntoken: note: exp 1715852521 is 2024-05-16T09:42:01Z, in 60 min$' inspect --token times.token --now $now
feed 'abc\n'
t 'inspect an opaque token' 1 = 'opaque token, not a JWT' inspect -
feed '{"access_token":"x"}'
t 'inspect the whole answer' 1 = 'send only its access_token' inspect
t 'inspect with Bearer' 1 = 'stands before the token' inspect "Bearer $(cat minted.token)"
t 'inspect JWE' 1 = 'five parts' inspect a.b.c.d.e
t 'inspect nothing' 1 = 'There is no token: the text is empty' inspect
t 'inspect an empty argument' 1 = 'There is no token: the text is empty' inspect ''
t 'inspect behind --' 1 = '^fntoken: malformed:' inspect -- --a.b.c

v() { n=$1 s=$2 o=$3 e=$4; shift 4; t "$n" "$s" "$o" "$e" verify --jwks issuer.jwks --issuer $gw --now $now "$@"; }
v 'verify, token as argument' 0 '^{"iss":' = "$(cat minted.token)"
printf '%s\r\n' "$(cat minted.token)" > crlf.token
input=crlf.token
v 'verify, one line break at the end is dropped' 0 '^{"iss":' =
printf '%s\n\n' "$(cat minted.token)" > two.token
input=two.token
v 'verify, and so is a second' 0 '^{"iss":' =
printf '%s' "$(cat minted.token)" > none.token
input=none.token
v 'verify, none is needed' 0 '^{"iss":' = -
t 'verify, expired' 1 = '^fntoken: expired: .*ago' verify --jwks issuer.jwks --issuer $gw --now 1715858921 "$(cat minted.token)"
t 'verify, by the real clock' 1 = '^fntoken: expired:' verify --jwks issuer.jwks --issuer $gw "$(cat minted.token)"
t 'verify, another issuer' 1 = '^fntoken: issuer:' verify --jwks issuer.jwks --issuer $gw/ --now $now "$(cat minted.token)"
t 'verify, another audience' 1 = '^fntoken: audience:' verify --jwks issuer.jwks --issuer $gw --audience x --now $now "$(cat minted.token)"
t 'verify, another key' 1 = '^fntoken: key-unknown:' verify --jwks ES384.pem --issuer $gw --now $now "$(cat minted.token)"
t 'verify --leeway' 0 '^{"iss":' = verify --jwks issuer.jwks --issuer $gw --now $((now + 100)) --leeway 30s "$(cat minted.token)"
t 'verify --leeway, too much' 2 = '5 minutes at most' verify --jwks issuer.jwks --issuer $gw --leeway 1h "$(cat minted.token)"
t 'verify without issuer' 2 = '--issuer is missing' verify --jwks issuer.jwks x
v 'verify an empty input' 1 = '^fntoken: malformed:'
head -c 2000000 /dev/zero | tr '\0' a > long
input=long
v 'verify a long input' 1 = '^fntoken: size:'
printf 'a.b.c\0d' > nul.token
input=nul.token
v 'verify a NUL' 1 = '^fntoken: malformed:'

t 'verify --signature-only' 0 '{"sub":"me"}' 'no claim' verify --signature-only --jwks hmac.jwk "$(cat hmac.token)"
printf '{"sub" : "me" }' > want
"$fntoken" sign --key issuer.key --claims want > s.token 2> err
"$fntoken" verify --signature-only --jwks issuer.jwks < s.token > out 2> err
is 'verify --signature-only: the bytes as they are' cmp -s out want
t 'verify --signature-only with a claim' 2 = '--issuer has no meaning with --signature-only' verify --signature-only --issuer x --jwks issuer.jwks x
t 'verify --signature-only, changed' 1 = '^fntoken: ' verify --signature-only --jwks issuer.jwks "$(cat s.token)AAAA"
printf '{"iss":"%s","aud":"%s","sub":"me","exp":1715849921}' $gw $gw > h.json
"$fntoken" sign --key hmac.jwk --claims h.json --allow-hmac > h.token 2> err
t 'verify, symmetric' 2 = '^fntoken: key: hmac.jwk:' verify --jwks hmac.jwk --issuer $gw --now $now "$(cat h.token)"
t 'verify, symmetric and allowed' 0 '"sub":"me"' '*' verify --jwks hmac.jwk --issuer $gw --now $now --allow-hmac "$(cat h.token)"
printf '{"iss":"%s","aud":"%s","sub":"a\342\200\256b\\u0007\\n","exp":1715849921, "n" : [ 1 , 2 ]}' $gw $gw > odd.json
"$fntoken" sign --key RS256.key --alg PS256 --claims odd.json > odd.token 2> err
t 'rule 26: verify prints nothing raw' 0 '"sub":"a\u202eb\u0007\n","exp":1715849921,"n":[1,2]}' = verify --jwks RS256.pem --issuer $gw --now $now "$(cat odd.token)"
t 'rule 26: inspect prints nothing raw' 0 '"sub":"a\u202eb\u0007\n"' "^fntoken: note: exp" inspect "$(cat odd.token)"
. "$here/hints.sh"
