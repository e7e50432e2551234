# SPDX-License-Identifier: MIT
# Part of test_cli.sh: lint, can, and how IAM files are found.

t 'lint' 0 = = lint --iam iam
printf '%s\n' 'apiVersion: iam.openfaas.com/v1' 'kind: Role' 'metadata: {name: r}' 'spec:' '  condition:' '    StringEqual:' '      jwt:iss: [https://a.example.com]' \
    '      jwt:sub: ["<ID>"]' '  policy: [none]' --- 'apiVersion: iam.openfaas.com/v1' 'kind: JwtIssuer' 'metadata: {name: i}' \
    'spec: {iss: "http://a.example.com", aud: [account]}' > order.yaml
t 'lint, of lines and not of kinds' 1 '*' = lint --iam order.yaml
is 'lint: lines' test "$(cut -d: -f2 out | tr '\n' ' ')" = '7 8 9 14 14 '
t 'lint, the files themselves' 0 = = lint --iam iam/issuer.yaml --iam iam/policy.yml --iam iam/role.json
t 'lint, one of them' 1 '^iam/role.json:2: error: .*\[unknown-policy\]$' = lint --iam iam/issuer.yaml --iam iam/role.json
t 'lint --json' 1 '^\[{"file":"iam/role.json","line":2,"kind":"error","rule":"unknown-policy","path":"/spec/policy/0","sentence":"' = lint --json --iam iam/issuer.yaml --iam iam/role.json
t 'lint --rules' 0 '^unknown-policy  *error ' = lint --rules
is 'lint --rules: every rule once' test -z "$(cut -d' ' -f1 out | sort | uniq -d)"
t 'lint --rules --json' 0 '{"rule":"unknown-policy","kind":"error","sentence":"' = lint --rules --json
t 'lint --rules --namespace' 2 = '--rules lists the same rules for every namespace' lint --rules --namespace team
t 'lint --rules --all-namespaces' 2 = '--rules lists' lint --rules --all-namespaces
t 'lint, neither' 2 = 'give --iam or --rules' lint
t 'lint, a missing file' 2 = 'none.yaml: No such file' lint --iam iam --iam none.yaml
mkdir -p empty.d
t 'lint, an empty folder' 2 = 'there is no *.yaml, *.yml or *.json in this folder' lint --iam empty.d
mkdir -p sub.d sub.d/x.yaml none.d
cp iam/*.* sub.d
t 'lint, a folder named x.yaml' 2 = 'sub.d/x.yaml: is a folder, and folders in a folder are not read' lint --iam sub.d
t 'can, a folder named x.yaml' 2 = 'sub.d/x.yaml: is a folder' can --iam sub.d --claims me.json
rmdir sub.d/x.yaml
t 'lint, without it' 0 = = lint --iam sub.d
ln -s nowhere sub.d/x.yaml
t 'lint, a link to nothing in a folder' 2 = 'sub.d/x.yaml: No such file' lint --iam sub.d
rm sub.d/x.yaml
if mkfifo sub.d/x.yaml; then
    t 'lint, a FIFO in a folder' 2 = 'sub.d/x.yaml: is no file: name it by itself to read it' lint --iam sub.d
fi
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' > none.d/c.yaml
t 'lint, a folder without an object of ours' 2 = 'none.d: there is no object of iam.openfaas.com in this folder' lint --iam none.d
t 'rule 53: such a file by name' 2 = 'there is no object of iam.openfaas.com in what --iam names' lint --iam none.d/c.yaml
is 'and what is in it' grep -q '^none.d/c.yaml:1: note: ' err

# Rule 53: a check that looked at nothing fails, whatever was asked, also beside rules that are good.
printf '# rules\n' > comments.yaml
printf -- '---\n---\n' > marks.yaml
printf -- '---\nnull\n' > null.yaml
printf 'apiVersion: v1\nkind: List\nitems: []\n' > items.yaml
printf '{"apiVersion":"iam.openfaas.com/v1","kind":"PolicyList","items":[]}' > policies.json
printf '[]' > array.json
printf ' \n\t\r\n' > blank.yaml
nothing='there is no object in here, and JwtIssuer, Policy or Role objects are expected'
for one in empty blank.yaml; do
    t "rule 53: lint of $one" 2 = "file: $one: is empty; YAML or JSON with IAM objects is expected" lint --iam $one
    t "rule 53: lint of $one beside rules" 2 = "file: $one: is empty" lint --iam iam --iam $one
    t "rule 53: can with $one" 2 = "file: $one: is empty" can --iam $one --claims me.json a:b
    t "rule 53: exchange with $one" 2 = "file: $one: is empty" exchange --iam $one --key issuer.key --issuer $gw x
done
for one in comments.yaml marks.yaml null.yaml items.yaml policies.json array.json; do
    t "rule 53: lint of $one" 2 = "file: $one: $nothing" lint --iam $one
    t "rule 53: lint of $one beside rules" 2 = "file: $one: $nothing" lint --iam iam --iam $one
    t "rule 53: can with $one" 2 = "file: $one: $nothing" can --iam $one --claims me.json a:b
    t "rule 53: exchange with $one" 2 = "file: $one: $nothing" exchange --iam iam --iam $one --key issuer.key --issuer $gw x
done
t 'rule 53: lint of a command that failed' 2 = '^fntoken: file: standard input: is empty' lint --iam -
t 'rule 53: and beside rules' 2 = '^fntoken: file: standard input: is empty' lint --iam iam --iam -
mkdir some.d
cp iam/*.* comments.yaml some.d
t 'lint, an empty file in a folder' 0 '^some.d/comments.yaml:1: warning: .*\[empty-file\]$' = lint --iam some.d
t 'lint --warnings-as-errors' 1 '^some.d/comments.yaml:1: warning: ' = lint --iam some.d --warnings-as-errors
t 'lint --warnings-as-errors, none' 0 = = lint --iam iam --warnings-as-errors
input=all.yaml
t 'lint, standard input' 0 = = lint --iam -
input=all.yaml
t 'lint, standard input twice' 2 = 'asked for twice' lint --iam - --iam -
cat > team.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: JwtIssuer
metadata: {name: team, namespace: team}
spec: {iss: "https://team.example.com", aud: [x]}
Y
t 'lint, of another namespace' 0 = '^team.yaml:3: note: .*metadata.namespace is team, which is not loaded' lint --iam iam --iam team.yaml
t 'rule 53: lint, of another namespace alone' 2 = 'of namespaces that are not loaded, so nothing was looked at: name theirs with --namespace' lint --iam team.yaml
t 'rule 53: can, of another namespace alone' 2 = 'of namespaces that are not loaded' can --iam team.yaml --claims me.json a:b
t 'lint --namespace' 0 '^team.yaml:3: warning: .*\[other-namespace\]$' = lint --iam team.yaml --namespace team
t 'lint --namespace, twice' 0 '^team.yaml:3: warning: .*\[other-namespace\]$' = lint --iam iam --iam team.yaml --namespace team --namespace openfaas
t 'lint --all-namespaces' 0 '^team.yaml:3: warning: .*\[other-namespace\]$' = lint --iam iam --iam team.yaml --all-namespaces
t 'lint, both' 2 = 'give --namespace or --all-namespaces' lint --iam iam --namespace team --all-namespaces
t 'lint --namespace, two in one' 2 = '--namespace takes one name' lint --iam iam --namespace 'team openfaas'
t 'lint --namespace, none' 2 = 'are not names with one space between them' lint --iam iam --namespace Team
{ echo 'apiVersion: iam.openfaas.com/v1'; echo 'kind: Role'; echo 'metadata: {name: many}'
  echo 'spec:'; echo '  principal: {"jwt:sub": [ada]}'; echo '  policy:'
  seq 1 1500 | sed 's/^/  - gone-/'; } > many.yaml
t 'lint, more than is shown' 1 '^many.yaml:[0-9]*: error: .*\[unknown-policy\]$' ' more entries are not shown' lint --iam iam/issuer.yaml --iam iam/policy.yml --iam many.yaml
is 'lint, more than is shown: errors are kept' test "$(grep -c error: out)" -gt 990
t 'lint, warnings alone' 0 'warning: ' = lint --iam iam/issuer.yaml --iam iam/policy.yml
t 'lint, warnings alone as errors' 1 'warning: ' = lint --iam iam/issuer.yaml --iam iam/policy.yml --warnings-as-errors

cat > list.yaml <<'Y'
apiVersion: v1
kind: List
items:
- apiVersion: iam.openfaas.com/v1
  kind: Policy
  metadata:
    name: p
    creationTimestamp: 2024-05-16T08:00:00Z
    generation: 1
  spec:
    statement:
    - {sid: s, action: ["Function:Invoke"], effect: Allow, resource: [a:b]}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: c}
  data: {x: 1.10, y: &a yes, z: *a, z: !!str 2}
- apiVersion: iam.openfaas.com/v1
  kind: Role
  metadata: {name: r}
  spec:
    policy: [q]
    condition: {StringEqual: {"jwt:sub": [x]}}
Y
t 'lint, a List as kubectl prints it' 1 '^list.yaml:21: error: .*\[unknown-policy\]$' '^list.yaml:13: note: .*skipped' lint --iam list.yaml
cat > rbac.yaml <<'Y'
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, annotations: {x: yes}}
rules: [{verbs: [get], resources: [pods], apiGroups: [""]}]
---
# nothing
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
Y
t 'lint, other kinds are passed over' 0 = '^rbac.yaml:1: note: ' lint --iam iam --iam rbac.yaml
is 'each with a note' grep -q '^rbac.yaml:8: note: ' err
printf 'resources: [a.yaml]\nimages: []\n' > kustomization.yaml
t 'lint, no object at all' 0 = '^kustomization.yaml:1: note: This is no Kubernetes object' lint --iam iam --iam kustomization.yaml
printf 'just text\n' > text.yaml
t 'lint, text' 1 '^text.yaml:1: error: A Kubernetes object is expected.*\[yaml-object\]$' = lint --iam text.yaml

# All that can be told in one run: what one reader refuses hides nothing of the rest.
mkdir many
cat > many/a.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: p, namespace: openfaas}
spec: {statement: [{sid: s, action: ["Function:Invoke"], effect: Allow, resource: ["*"]}]}
---
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: q, namespace: openfaas}
spec: {statement: [{sid: 1.10, action: ["Function:Invoke"], effect: Allow, resource: ["a:b"]}]}
---
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: r, namespace: openfaas}
spec: {statement: [{sid: s, action: ["Function:Invoke"], effect: Deny, resource: ["a:b"]}]}
Y
cat > many/b.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: Role
metadata: {name: r, namespace: openfaas}
spec: {policy: [q], condition: {StringEqual: {"jwt:iss": ["https://nobody.example.com"], "jwt:sub": ["x"]}}}
---
spec: [
Y
cat > many/c.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: JwtIssuer
metadata: {name: i, namespace: openfaas}
kind: JwtIssuer
Y
t 'lint: all errors in one run' 1 '^many/a.yaml:9: error: .*\[unquoted-value\]$' = lint --iam many
is 'lint: another document' grep -q '^many/a.yaml:14: error: .*\[deny\]$' out
is 'lint: another file' grep -q '^many/c.yaml:4: error: .*\[yaml-duplicate-key\]$' out
is 'lint: a file that breaks off' grep -q '^many/b.yaml:[0-9]*: error: .*\[yaml-syntax\]$' out
is 'lint: warnings about what is sound' grep -q '^many/a.yaml:4: warning: .*\[star-granted\]$' out
is 'lint: no guesses about what could not be read' sh -c '! grep -q "unknown-\|unused-" out'
is 'lint: in the order of files and their lines' sh -c 'cut -d: -f1,2 out > places && sort -t: -k1,1 -k2,2n -c places'
is 'lint: nothing twice' test -z "$(sort out | uniq -d)"
t 'lint: and beside a file that is not there' 2 '^many/a.yaml:9: error: ' 'none.yaml: No such file' lint --iam none.yaml --iam many
t 'lint --json: the same' 1 '"line":14,"kind":"error","rule":"deny","path":"/spec/statement/0/effect"' = lint --json --iam many
printf -- '---\n{{{\n' | cat many/a.yaml - > broken.yaml
t 'lint: what stands before the mistake' 1 '^broken.yaml:4: warning: .*\[star-granted\]$' = lint --iam broken.yaml
is 'lint: and the mistake' grep -q '^broken.yaml:1[67]: error: .*\[yaml-syntax\]$' out
t 'can: all errors, and none of it is used' 2 = '^fntoken: iam: 4 errors in the IAM objects; nothing was loaded$' can --iam many --claims me.json a:b
is 'can: all errors' test "$(grep -c ': error: ' err)" -eq 4

c() { n=$1 s=$2 o=$3 e=$4; shift 4; t "$n" "$s" "$o" "$e" can --iam iam --claims "$@"; }
claims openfaas alice > alice.json
claims openfaas bob > bob.json
c 'can' 0 '^dev:env allowed$' = alice.json dev:env
is 'can: who grants it' grep -q 'role invoke' out
c 'can, denied' 3 '^dev:env denied$' = bob.json dev:env
is 'can: what came closest' grep -q 'invoke' out
is 'can: the nearest alone' test "$(wc -l < out)" -eq 2
c 'can --explain' 3 '^  condition failed .*jwt:sub wants alice' = bob.json --explain dev:env
is 'can --explain: the role too' grep -q '^  role      failed ' out
c 'can --explain, allowed' 0 '^  note .*signature and times were not looked at' = alice.json --explain dev:env
sed 's|"iss":"[^"]*|&/|' alice.json > slash.json
c 'rule 55: can, a slash too much in iss' 3 'they differ only by the slash at the end' = slash.json dev:env
sed 's|"iss":"[^"]*|"iss":"https://stranger.example|' alice.json > stranger.json
c 'rule 55: can, an issuer that nobody knows' 3 'no JwtIssuer has it as its iss' = stranger.json dev:env
sed 's|"aud":|"other":|' alice.json > noaud.json
c 'rule 55: can, no aud' 0 'the claims have no aud; issuer ' = noaud.json dev:env
c 'can, several' 3 '^dev:other denied$' = alice.json dev:env dev:other
is 'can, a line each' test "$(grep -c '^dev:' out)" -eq 2
c 'can, everything' 0 'openfaas-fn:*' = alice.json
c 'can, nothing' 3 'denied' = bob.json
c 'can --quiet' 0 = = alice.json --quiet dev:env
c 'can --quiet, denied' 3 = = bob.json --quiet dev:env
c 'can --quiet, a fault' 2 = 'No such file' none.json --quiet dev:env
c 'can --json' 0 '^\[{"resource":"dev:env","allowed":true,"status":"would-allow","report":\[{' = alice.json --json dev:env
c 'can --json, everything' 0 '^\[{"resource":null,"allowed":true,' = alice.json --json
c 'can, claims that are none' 2 = '^fntoken: file: text: line 1: .*it does not begin with a brace or bracket' text dev:env
# What people have at hand instead of claims.
"$fntoken" sign --key issuer.key --claims alice.json > claims.token
"$fntoken" inspect --token claims.token > inspected.json 2> err
printf '{"access_token":"%s","token_type":"Bearer"}' "$(cat claims.token)" > answer.json
printf '{"id_token":"%s"}' "$(cat claims.token)" > id.json
printf '{"header":{},"payload":{}}' > parts.json
printf '{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","status":{"token":"x"}}' > request.json
printf '{"error":"invalid_grant"}' > error.json
printf '[{"sub":"alice"}]' > claims.array
printf '{"sub":"alice",\n}' > comma.json
printf '\357\273\277{"sub":"alice"}' > mark.json
for pair in 'inspected.json:this is what fntoken inspect prints' 'answer.json:this is the answer of a token endpoint' 'id.json:this is the answer of a token endpoint' \
    "parts.json:this holds a token's header and payload" 'claims.token:this is a token, and its claims are expected: fntoken inspect' \
    'request.json:this is an answer of Kubernetes' 'error.json:this is an answer about an error' 'issuer.jwks:this is a set of keys' "claims.array:this is an array, and one object with a token's claims is expected" \
    "comma.json:line 2: this can't be read as JSON, which claims are: a comma stands before a closing bracket" \
    "mark.json:line 1: this can't be read as JSON, which claims are: a byte order mark"; do
    c "can, claims that are ${pair%%:*}" 2 = "fntoken: file: ${pair%%:*}: ${pair#*:}" "${pair%%:*}" dev:env
    t "sign, claims that are ${pair%%:*}" 2 = "fntoken: file: ${pair%%:*}: ${pair#*:}" sign --key issuer.key --claims "${pair%%:*}"
done
c 'can, empty claims' 2 = '^fntoken: file: empty: is empty; a JSON object with a token'\''s claims is expected' empty dev:env
c 'can, missing claims' 2 = 'none.json: No such file' none.json dev:env
c 'can, what is too long for a resource' 3 '^(an argument of 150 bytes) denied$' = alice.json "$(printf 'a%.0s' $(seq 150))"
is 'can, what is too long for a resource: nothing of it' sh -c '! grep -q aaaaaaaa out'
c 'can, a resource that is none' 3 'denied' = alice.json env
input=alice.json
c 'can, claims from standard input' 0 'dev:env allowed' = - dev:env
input=all.yaml
t 'can, standard input twice' 2 = 'asked for twice' can --iam - --claims - dev:env
c 'can, an empty resource' 2 '*' 'a resource is empty' alice.json ''
t 'can, IAM that does not load' 2 = 'deny.yaml:6: error: ' can --iam deny.yaml --claims alice.json dev:env
t 'can without claims' 2 = '--claims is missing' can --iam iam dev:env

t 'iam' 0 '^Policy openfaas/[a-z-]* iam/policy.yml:[0-9]*$' = iam --iam iam
is 'iam: each object and the digest' test "$(wc -l < out)" -eq 4
is 'iam: the digest' grep -qx 'digest [0-9a-f]\{64\}' out
cp out listed
t 'iam --json' 0 '^\[{"apiVersion":"iam.openfaas.com/v1",.*}\]$' = iam --iam iam --json
cp out again.json
t 'iam --json is read again' 0 "^$(tail -n 1 listed)\$" = iam --iam again.json
t 'iam, other groups and namespaces' 0 "^$(tail -n 1 listed)\$" '*' iam --iam iam --iam team.yaml --iam none.d/c.yaml
is 'iam, other groups and namespaces: nothing of theirs' sh -c '! grep -q "team\|ConfigMap" out'
t 'iam --json, other groups and namespaces' 0 "^$(sed 's/[][*\\]/\\&/g' again.json)\$" '*' iam --iam iam --iam none.d/c.yaml --iam team.yaml --json
t 'iam --namespace' 0 '^JwtIssuer team/team team.yaml:' '*' iam --iam team.yaml --namespace team
t 'iam --all-namespaces' 0 '^JwtIssuer team/team team.yaml:' '*' iam --iam iam --iam team.yaml --all-namespaces
t 'iam, what does not load' 2 = 'in the IAM objects; nothing was loaded' iam --iam many
