# SPDX-License-Identifier: MIT
# Part of test_cli.sh: what docs/ shows is what happens.

pages=$here/../../docs

# block PAGE NUMBER: the NUMBER-th block of JSON in a page
block() {
    awk -v wanted="$2" '/^```json/ {n++; inside = n == wanted; next} /^```/ {inside = 0} inside' "$pages/$1"
}

"$fntoken" keygen --out page.key --public-out page.jwks.json > page.kid
block function-token.md 2 > page.claims.json
is 'docs/function-token.md: has claims' test -s page.claims.json
t 'docs/function-token.md: its claims are signed' 0 '*' = sign --key page.key --claims page.claims.json
cp out page.token
input=page.token
t 'docs/function-token.md: they call what its audience names' 0 'openfaas-fn:env allowed' = \
    authorize --jwks page.jwks.json --issuer https://gateway.example.com --now 1764374500 --resource openfaas-fn:env
input=page.token
t 'docs/function-token.md: and nothing else' 3 'dev:env denied' 'function-audience: ' \
    authorize --jwks page.jwks.json --issuer https://gateway.example.com --now 1764374500 --resource dev:env
input=page.token
t 'docs/function-token.md: until exp' 1 = 'expired: ' \
    authorize --jwks page.jwks.json --issuer https://gateway.example.com --now 1764378001 --resource openfaas-fn:env
block function-token.md 1 | sed 's/"kid": ".*"/"kid"/; s/[{} "]//g' > page.header
input=page.token
t 'docs/function-token.md: its header' 0 '*' '^fntoken: note: exp' inspect
is 'docs/function-token.md: its header has what ours has' test "$(sed 's/.*"header":{\([^}]*\)}.*/\1/; s/"kid":"[^"]*"/kid/; s/"//g' out)" = "$(cat page.header)"

# The gate of docs/ci.md, run as it stands: over good rules, over rules that let a stranger in, over rules with a warning.
mkdir -p gate/iam gate/claims
sed -n '/^<!-- gate -->/,/^<!-- gate end -->/s/^    //p' "$pages/ci.md" > gate/gate.sh
is 'docs/ci.md: has a gate' grep -q 'fntoken lint' gate/gate.sh
cat > gate/iam/rules.yaml <<'Y'
apiVersion: iam.openfaas.com/v1
kind: JwtIssuer
metadata: {name: ci, namespace: openfaas}
spec: {iss: "https://ci.example.net", aud: [openfaas]}
---
apiVersion: iam.openfaas.com/v1
kind: Policy
metadata: {name: call-env, namespace: openfaas}
spec:
  statement:
    - {sid: "1", effect: Allow, action: ["Function:Invoke"], resource: ["dev:env"]}
---
apiVersion: iam.openfaas.com/v1
kind: Role
metadata: {name: deploy, namespace: openfaas}
spec:
  policy: [call-env]
  condition:
    StringEqual:
      jwt:iss: ["https://ci.example.net"]
      jwt:sub: ["deploy"]
Y
echo '{"iss":"https://ci.example.net","sub":"deploy","aud":"openfaas"}' > gate/claims/deploy.json
echo '{"iss":"https://ci.example.net","sub":"stranger","aud":"openfaas"}' > gate/claims/stranger.json
mkdir -p gate/bin
ln -sf "$fntoken" gate/bin/fntoken
gate() { (cd gate && PATH="$PWD/bin:$PATH" sh gate.sh) > out 2> err; }
gate_is() { # STATUS WORDS
    name="docs/ci.md: the gate, $2"
    gate
    got=$?
    if [ "$got" -eq "$1" ]; then passed=$((passed + 1)); else bad "exit status $got, expected $1"; fi
}
gate_is 0 'good rules'
cp gate/iam/rules.yaml good.yaml
sed 's/"deploy"/"deploy", "stranger"/' good.yaml > gate/iam/rules.yaml
gate_is 1 'a stranger is let in'
sed 's/kind: Role/kind: Rol/' good.yaml > gate/iam/rules.yaml
gate_is 1 'an error'
sed 's/resource: \["dev:env"\]/resource: ["dev:env", "dev:*"]/' good.yaml > gate/iam/rules.yaml
gate_is 1 'a warning'
rm gate/iam/rules.yaml
gate_is 2 'no rules'
