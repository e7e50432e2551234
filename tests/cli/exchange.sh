# SPDX-License-Identifier: MIT
# Part of test_cli.sh: exchange.
kc=https://keycloak.example.com/realms/openfaas
mkdir iam
cat > iam/issuer.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: JwtIssuer
metadata: {name: keycloak, namespace: openfaas}
spec: {iss: "https://keycloak.example.com/realms/openfaas", aud: [openfaas], tokenExpiry: 1h}
Y
cat > iam/policy.yml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: invoke, namespace: openfaas}
spec: {statement: [{sid: s1, action: ["Function:Invoke"], effect: Allow, resource: ["openfaas-fn:*", "dev:env"]}]}
Y
cat > iam/role.json <<'Y'
{"apiVersion": "iam.openfaas.com/v1", "kind": "Role", "metadata": {"name": "invoke", "namespace": "openfaas"},
 "spec": {"policy": ["invoke"], "condition": {"StringEqual": {"jwt:iss": ["https://keycloak.example.com/realms/openfaas"], "jwt:sub": ["alice"]}}}}
Y
echo 'not read' > iam/notes.txt
echo '{{{' > iam/.hidden.yaml
claims() { printf '{"iss":"%s","aud":"%s","sub":"%s","iat":%s,"exp":%s}' "$kc" "$1" "$2" $now $((now + 300)); }
idp() { claims "$1" "$2" > c.json; "$fntoken" sign --key RS256.key --claims c.json > "$3" 2> err; }
idp openfaas alice alice.token
idp openfaas bob bob.token
idp other alice other.token

x() { n=$1 s=$2 o=$3 e=$4; shift 4; t "$n" "$s" "$o" "$e" exchange --iam iam --key issuer.key --issuer $gw --trust "$kc=RS256.pem" --now $now "$@"; }
x 'exchange' 0 '^{"access_token":"eyJ.*"expires_in":3600' = --scope function "$(cat alice.token)"
is 'exchange: one line of JSON' test "$(wc -l < out)" -eq 1
sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' out > ft
input=ft
a 'exchange: what comes allows' 0 'dev:env allowed' = --resource dev:env
input=ft
a 'exchange: and denies' 3 'dev:environment denied' '*' --resource dev:environment
input=alice.token
x 'exchange, standard input' 0 access_token = --scope function
x 'exchange --audience' 0 access_token = --scope function --audience openfaas-fn:env --audience openfaas-fn:figlet "$(cat alice.token)"
sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' out > narrow
input=narrow
a 'exchange --audience: narrower' 3 'dev:env denied' '^fntoken: function-audience' --resource dev:env
x 'exchange --audience outside' 1 '"error":"invalid_target"' '^fntoken: target:' --scope function --audience prod:x "$(cat alice.token)"
x 'exchange, an API token' 0 access_token = "$(cat alice.token)"
sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' out > api.token
input=api.token
a 'rule 20: an API token calls nothing' 1 = '^fntoken: api-token:' --resource dev:env
input=api.token
x 'rule 35: it can be exchanged' 0 access_token = --scope function
input=ft
x 'rule 32: a Function Token can not' 1 '"error":"invalid_request"' '^fntoken: subject:' --scope function --audience dev:env
input=ft
x 'rule 32: unless it is switched on' 0 access_token = --scope function --audience dev:env --narrowing
x 'exchange, no role' 1 '"error":"invalid_request"' '^fntoken: no-role:' --scope function "$(cat bob.token)"
x 'exchange, another audience' 1 '"error":"invalid_request"' '^fntoken: subject: .*other' --scope function "$(cat other.token)"
x 'exchange, unknown scope' 1 '"error":"invalid_scope"' '^fntoken: scope:' --scope admin "$(cat alice.token)"
x 'exchange, the whole answer' 1 invalid_request '^fntoken: .*access_token' --scope function '{"access_token":"x"}'
x 'exchange, nothing' 1 = '^fntoken: malformed: There is no token: the text is empty.$' --scope function
x 'exchange --explain' 1 invalid_request 'role ' --explain --scope function "$(cat bob.token)"
x 'exchange --subject-token-type' 0 access_token = --scope function --subject-token-type jwt "$(cat alice.token)"
x 'exchange, a type that is none' 1 invalid_request '^fntoken: ' --scope function --subject-token-type saml2 "$(cat alice.token)"
x 'exchange, an audience that needs encoding' 1 invalid_target '*' --scope function --audience 'a&scope=x:b' "$(cat alice.token)"
t 'exchange, expired' 1 invalid_request 'expired' exchange --iam iam --key issuer.key --issuer $gw --trust "$kc=RS256.pem" --now $((now + 1000)) --scope function "$(cat alice.token)"
t 'exchange, an issuer that is not trusted' 1 invalid_request '^fntoken: subject' exchange --iam iam --key issuer.key --issuer $gw --now $now --scope function "$(cat alice.token)"
is 'rule 36: the caller learns nothing of it' sh -c '! grep -q keycloak out'
t 'exchange, keys for an issuer that no JwtIssuer has' 1 invalid_request 'no JwtIssuer has this iss' exchange --iam iam --key issuer.key --issuer $gw --trust "$kc/=RS256.pem" --now $now --scope function "$(cat alice.token)"
t 'exchange --trust without =' 2 = '--trust is ISS=FILE' exchange --iam iam --key issuer.key --issuer $gw --trust RS256.pem x
t 'exchange --trust without file' 2 = '--trust is ISS=FILE' exchange --iam iam --key issuer.key --issuer $gw --trust "$kc=" x
t 'exchange --trust, missing file' 2 = 'none: No such file' exchange --iam iam --key issuer.key --issuer $gw --trust "$kc=none" x
cp RS256.pem 'a=b.pem'
t 'exchange --trust splits at the last =' 2 = 'b.pem: No such file' exchange --iam iam --key issuer.key --issuer $gw --trust "$kc=a=b.pem" x
t 'exchange, missing key' 2 = 'none.key: No such file' exchange --iam iam --key none.key --issuer $gw x
t 'exchange, an RSA key' 2 = '^fntoken: ' exchange --iam iam --key RS256.key --issuer $gw x
t 'exchange, missing --iam' 2 = '--iam is missing' exchange --key issuer.key --issuer $gw x
t 'exchange, missing folder' 2 = 'nowhere: No such file' exchange --iam nowhere --key issuer.key --issuer $gw x
input=iam/policy.yml
t 'exchange, standard input twice' 2 = 'asked for twice' exchange --iam - --key issuer.key --issuer $gw --scope function
cat iam/issuer.yaml > all.yaml
{ echo ---; cat iam/policy.yml; echo ---; cat iam/role.json; } >> all.yaml
input=all.yaml
t 'exchange, IAM from standard input' 0 access_token = exchange --iam - --key issuer.key --issuer $gw --trust "$kc=RS256.pem" --now $now --scope function "$(cat alice.token)"
printf 'apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  statement:\n    - {sid: s, action: [x], effect: Deny, resource: [x]}\n' > deny.yaml
t 'exchange, IAM that does not load' 2 = '^deny.yaml:6: error: .*\[deny\]$' exchange --iam deny.yaml --key issuer.key --issuer $gw x
is 'the last line says what failed' sh -c 'tail -n 1 err | grep -q "^fntoken: iam: "'
t 'exchange, a key that others can read' 1 '"error"' 'can be read or changed by others' exchange --iam iam --key open.key --issuer $gw x

# Rule 38: a token in the wrong place comes back from nowhere: no twelve bytes of it stand in what is printed.
cat > pieces.awk <<'A'
BEGIN { getline token < "alice.token"; for (i = 1; i + 11 <= length(token); i++) piece[substr(token, i, 12)] = 1 }
{ for (i = 1; i + 11 <= length($0); i++) if (substr($0, i, 12) in piece) bad = 1 }
END { exit bad }
A
is 'rule 38: the test looks' test "$(awk -f pieces.awk alice.token; echo $?)" = 1
silent() { # NAME EXIT ARGUMENT...
    n=$1 s=$2
    shift 2
    x "rule 38: a token as $n" "$s" '*' '*' "$@"
    is "rule 38: a token as $n comes back from nowhere" awk -f pieces.awk out err
}
for alice in "$(cat alice.token)" "$(fold -w 64 alice.token)"; do
    silent audience 1 --scope function --audience "$alice" "$(cat alice.token)"
    silent 'audience, half of it' 1 --scope function --audience "dev:$alice" "$(cat alice.token)"
    silent scope 1 --scope "$alice" "$(cat alice.token)"
    silent 'subject token type' 1 --subject-token-type "$alice" "$(cat alice.token)"
    silent 'two tokens' 2 "$alice" "$alice"
    silent 'subject token, twice' 1 --explain "$alice.$alice"
    silent leeway 2 --leeway "$alice" "$alice"
    silent option 2 "--$alice"
    t 'rule 38: a token as command' 2 '*' '*' "$alice"
    is 'rule 38: a token as command comes back from nowhere' awk -f pieces.awk out err
done
