# SPDX-License-Identifier: MIT
# Part of test_cli.sh: what a YAML file must not hold (rule 34), file and line told.

head='apiVersion: iam.openfaas.com/v1\nkind: Role\nmetadata:\n  name: r\nspec:\n'

# y NAME TEXT LINE RULE: a Role with TEXT behind its first five lines must be refused there by that rule.
y() {
    printf '%b%b' "$head" "$2" > y.yaml
    t "yaml: $1" 1 "^y.yaml:$3: error: .*\\[$4\\]\$" = lint --iam y.yaml
}
y 'the same name twice' '  policy: [a]\n  policy: [b]\n' 7 yaml-duplicate-key
y 'the same name twice, once in quotes' '  policy: [a]\n  "policy": [b]\n' 7 yaml-duplicate-key
y 'the same name twice, deep' '  condition:\n    StringEqual:\n      jwt:sub: [a]\n      jwt:sub: [b]\n' 9 yaml-duplicate-key
y 'an anchor' '  policy: &p [a]\n' 6 yaml-alias
y 'an alias' '  policy: &p [a]\n  condition: *p\n' 7 yaml-alias
y 'a merge key' '  <<: {policy: [a]}\n' 6 yaml-key
y 'a tag on text' '  policy: [!!str a]\n' 6 yaml-tag
y 'a tag on a list' '  policy: !foo [a]\n' 6 yaml-tag
y 'a tag on a binary' '  policy: [!!binary YQ==]\n' 6 yaml-tag
y 'a NUL character' '  policy: ["a\\0b"]\n' 6 malformed
y 'nested too deeply' '  policy: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n' 6 malformed
y 'a name of 512 bytes' "  policy: p\\n  principal: {\"jwt:$(printf '%0508d' 0)\": [a]}\\n" 6 wrong-type # the name is good
y 'a name of 513 bytes' "  principal:\\n    \"jwt:$(printf '%0509d' 0)\": [a]\\n" 7 limit
y 'a list as a name' '  ? [a, b]\n  : c\n' 6 yaml-key
y 'a boolean as a name' '  condition:\n    StringEqual:\n      on: [a]\n' 8 yaml-key
y 'a name that is missing' '  ? \n  : a\n' 6 yaml-key
y 'broken indentation' '  policy: [a]\n condition: b\n' 7 yaml-syntax
y 'an open bracket' '  policy: [a\n' 7 yaml-syntax
y 'a tab' '\tpolicy: [a]\n' 6 yaml-syntax
y 'bytes that are no UTF-8' '  policy: [a]\n  # \0377\n' 7 yaml-syntax
y 'an alias to nothing' '  policy: *nothing\n' 6 yaml-alias

for value in 0123 0x10 0b11 0o17 1_000 -_1 +_1 -_0x1f 0_x1f 1_e_3 -_.5 +1 -0 1e6 1.10 1. .5 -.5 1e-3 .inf -.inf .nan .NaN yes Yes NO on Off y N '~' Null TRUE False \
    2024-05-16 2024-05-16T08:00:00Z '2024-05-16 08:00:00' 190:20:30 1:30 12:30.5 9007199254740992 12345678901234567890 = ; do
    y "unquoted $value" "  condition:\\n    StringEqual:\\n      jwt:sub:\\n        - $value\\n" 9 unquoted-value
done

# What every reader takes for the same: nothing of ours to say about it.
for value in '"0123"' "'yes'" 0 7 1234567 9007199254740991 1.2.3 10.0.0.1 2024-05 0x 1h30m e6 1e 123abc a:b dev:12 'no one' yes-man \
    _1 -_ +_ -_a 1_a 1-2 '|-\n            0123' '>-\n            yes' '"1\\x30"' ; do
    printf '%b' "$head  policy: [a]\n  condition:\n    StringEqual:\n      jwt:sub:\n        - $value\n" > y.yaml
    t "yaml: fine is $value" 1 'unknown-policy' '*' lint --iam y.yaml
    is "yaml: nothing about $value" sh -c '! grep -qE "yaml-|unquoted" out'
done

{
    printf "$head"
    i=0
    while [ $i -lt 600 ]; do printf '  a%s: 1\n' $i; i=$((i + 1)); done
    echo '  b:'
    while [ $i -gt 0 ]; do printf '    a%s: 1\n' $i; i=$((i - 1)); done
} > y.yaml
t 'yaml: more names in maps in maps than the library takes' 1 '^y.yaml:607: error: .*more names.*yaml-key' = lint --iam y.yaml
printf 'apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata: {name: p}\nspec: *x\n' > y.yaml
t 'yaml: an alias for the whole' 1 '^y.yaml:4: error: .*yaml-alias' = lint --iam y.yaml
printf 'apiVersion: &v iam.openfaas.com/v1\nkind: Policy\n---\napiVersion: *v\nkind: Role\n' > y.yaml
t 'yaml: a group behind an alias' 1 '^y.yaml:4: error: .*yaml-alias' = lint --iam y.yaml
printf 'apiVersion: v1\napiVersion: iam.openfaas.com/v1\nkind: Policy\n' > y.yaml
t 'yaml: two groups' 1 '^y.yaml:2: error: .*yaml-duplicate-key' = lint --iam y.yaml
printf '%%YAML 1.2\n---\n{"apiVersion":"iam.openfaas.com/v1","kind":"Policy",\n"kind":"Role"}\n' > y.json
t 'yaml: JSON with the same name twice' 1 '^y.json:4: error: .*yaml-duplicate-key' = lint --iam y.json
printf '{"apiVersion":"iam.openfaas.com/v1","kind":"Policy","metadata":{"name":"p"},\n"spec":{"statement":[{"sid":1e6}]}}\n' > y.json
t 'yaml: JSON with a number' 1 '^y.json:2: error: .*unquoted-value' = lint --iam y.json
# JSON is not read as YAML: what libyaml refuses or folds counts as JSON has it.
json='{"apiVersion":"iam.openfaas.com/v1","kind":"Role","metadata":{"name":"r"},\n"spec":{"policy":["p"],"condition":{\n"StringEqual":{"jwt:sub":[\n'
printf "[{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"JwtIssuer\",\"metadata\":{\"name\":\"i\"},\"spec\":{\"iss\":\"https://a\",\"aud\":[\"x\"]}},{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"Policy\",\"metadata\":{\"name\":\"p\"},\"spec\":{\"statement\":[{\"sid\":\"1\",\"action\":[\"Function:Invoke\"],\"effect\":\"Allow\",\"resource\":[\"dev:*\"]}]}},\n$json\"\\\\ud83d\\\\ude00\",\"a\342\200\250b\",\"\\\\/\\\\\"\\\\u00e9\\\\b\"]}}}}]" > j.json
for who in '\360\237\230\200' 'a\342\200\250b' '/\\"\303\251\\b'; do
    printf "{\"iss\":\"https://a\",\"sub\":\"$who\"}" > who.json
    t "json: a string is what JSON says: $who" 0 'allowed' '*' can --iam j.json --claims who.json dev:f
done
# j NAME LAST KIND LINE RULE
j() {
    printf "$json$2\n]}}}}" > j.json
    t "json: $1" 1 "^j.json:$4: $3: .*\\[$5\\]\$" '*' lint --iam j.json
}
j "a surrogate pair, and its line" '"\\ud83d\\ude00",7,\n"\\ud83d\\ude00","*"\n,""' error 6 empty
j 'half a pair' '"\\ud83d"' error 4 yaml-syntax
j 'the other half' '"\\ude00"' error 4 yaml-syntax
j 'two first halves' '"\\ud83d\\ud83d"' error 4 yaml-syntax
j 'a NUL character' '"\\u0000"' error 4 malformed
j 'bytes that are no UTF-8' '"\355\240\275"' error 4 yaml-syntax
j 'a number that is none in JSON' '01' error 4 unquoted-value
j 'a number with a fraction' '\n1.0' error 5 unquoted-value
j 'an open string' '"' error 5 yaml-syntax
j 'the same name twice' '"a"],"jwt:a":"x",\n"jwt:\\u0061":["\\ud83d\\ude00"' error 5 yaml-duplicate-key
j 'a name of an escape, and its line' '"a"],"jwt:\\ud83d\\ude00":[\n{}' error 5 unquoted-value
printf '{"apiVersion":"iam.openfaas.com/v1","kind":"Role"},' > j.json
t 'json: something behind it' 1 'yaml-syntax' = lint --iam j.json
printf '{apiVersion: iam.openfaas.com/v1, kind: Role, metadata: {name: r}, spec: {policy: [!!str p]}}' > j.json
t 'json: YAML in braces is YAML' 1 'yaml-tag' = lint --iam j.json
{ i=0; while [ $i -lt 200 ]; do printf '['; i=$((i + 1)); done; } > deep.yaml
t 'yaml: too deep' 1 '^deep.yaml:1: error: .*nested.*yaml-syntax' = lint --iam deep.yaml
printf 'kind: List\napiVersion: v1\nitems: []\nitems: []\n' > y.yaml
t 'yaml: a list with two items' 1 '^y.yaml:4: error: .*yaml-duplicate-key' = lint --iam y.yaml
printf 'kind: List\napiVersion: v1\nitems: [3]\n' > y.yaml
t 'yaml: a list of numbers' 1 '^y.yaml:3: error: .*yaml-object' = lint --iam y.yaml
printf -- '---\n%b  nonsense: 1\n' "$head" > y.yaml
t 'yaml: the line behind a document mark' 1 '^y.yaml:7: error: .*unknown-field' = lint --iam y.yaml
printf '%b  policy: [a]\n---\n%b  policy: [a]\n  nonsense: 1\n' "$head" "$head" > y.yaml
t 'yaml: the line in a second document' 1 '^y.yaml:14: error: .*unknown-field' = lint --iam y.yaml
printf 'apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata:\n  name: "p\\u202e\\n"\n' > y.yaml
t 'rule 26: a name reaches no terminal raw' 1 'u{202e}' = lint --iam y.yaml
is 'rule 26: nor breaks a line' sh -c '! grep -qv "^y.yaml:" out'

# Rule 45: what would take many times its memory is refused before it does.
{ printf '['; yes 'a,' | head -n 60000 | tr -d '\n'; echo 'a]'; } > dense.yaml
t 'lint, so many values in so few bytes' 1 '^dense.yaml:1: error: .*too many values for so few bytes' = lint --iam dense.yaml
{ printf 'apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata: {name: many}\nspec:\n  statement:\n'
  printf '  - sid: s\n    action: ["Function:Invoke"]\n    effect: Allow\n    resource:\n'
  seq 1 3000 | sed 's/.*/    - "a:b &"/'; } > items.yaml
t 'lint, the line of an item' 1 '^items.yaml:509: error: .*resource\[499\] is "a:b 500"' ' more ' lint --iam items.yaml

# Rule 53, and what people put into such files. b NAME KIND LINE RULE SENTENCE TEXT: of a file of that text, by its line.
ours='apiVersion: iam.openfaas.com/v1\nkind: Policy\nmetadata: {name: p, namespace: openfaas}\n'
spec='spec: {statement: [{sid: s, action: ["Function:Invoke"], effect: Allow, resource: ["dev:x"]}]}\n'
b() {
    printf "$6" > b.yaml
    t "pasted: $1" 1 "^b.yaml:$3: $2: .*$5.*\\[$4\\]\$" '*' lint --iam b.yaml
    is "pasted: $1: one finding for one fault" test "$(wc -l < out)" -eq 1
}
b 'a tab' error 5 yaml-syntax 'a tab stands at the beginning of the line' "${ours}spec:\n\tstatement: []\n"
b 'a tab in a list' error 5 yaml-syntax 'a tab stands' "${ours}spec:\n\t- a\n"
b 'a template' error 1 yaml-syntax 'this is a template' "{{- if .Values.iam }}\n$ours$spec{{- end }}\n"
b 'a template for a value' error 4 yaml-key 'is a template, which has to be rendered first' "${ours}spec: {{ .Values.spec }}\n"
b 'a template of Jinja' error 1 yaml-syntax 'this is a template' "{%% if x %%}\n$ours$spec"
b 'a prompt' error 1 yaml-syntax "a shell's prompt" "\$ cat policy.yaml\n$ours$spec"
b 'a prompt with its host' error 1 yaml-syntax "a shell's prompt" "ada@host:~/iam\$ cat policy.yaml\n$ours$spec"
b 'a command' error 1 yaml-syntax 'a command for a shell' "cat > policy.yaml <<EOF\n$ours$spec"
b 'the end of a command' error 5 yaml-syntax 'a command for a shell' "$ours${spec}EOF\n"
b 'a code fence' error 1 yaml-syntax 'a code fence of Markdown' "\`\`\`yaml\n$ours$spec\`\`\`\n"
b 'a merge' error 1 yaml-syntax 'a merge left its marks here' "<<<<<<< HEAD\n$ours$spec=======\n>>>>>>> b\n"
b 'a patch' error 1 yaml-object 'this is a patch' "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n"
b 'a comment with slashes' error 1 yaml-syntax 'a comment begins with #' "// ours\n$ours$spec"
b 'a comment in slashes and stars' error 1 yaml-syntax 'a comment begins with #' "/* ours */\n$ours$spec"
b 'a comment above JSON' error 1 yaml-syntax 'a comment begins with #' '// ours\n{"apiVersion": "iam.openfaas.com/v1", "kind": "Policy"}\n'
b 'a comment behind a value' error 4 yaml-syntax 'a comment begins with #' "${ours}spec: {} // ours\n"
b 'four hyphens' error 5 yaml-syntax 'a line between two documents' "$ours$spec----\n$ours$spec"
b 'a dash' error 5 yaml-syntax 'a line between two documents' "$ours$spec\342\200\224\n$ours$spec"
b 'hyphens that are indented' error 5 yaml-syntax 'a line between two documents' "$ours$spec ---\n$ours$spec"
b 'a dash that is no hyphen before an item' error 6 yaml-syntax 'an item begins with a dash that is no hyphen' "${ours}spec:\n  statement:\n  \342\200\223 sid: s\n    effect: Allow\n"
b 'what kubectl says' error 1 yaml-syntax 'what kubectl says' 'Error from server (Forbidden): roles.iam.openfaas.com is forbidden: User \"x\" cannot list\n'
b 'what kubectl says of nothing' error 1 yaml-object 'what kubectl says' 'No resources found in openfaas namespace.\n'
b 'what kubectl says of an error' error 1 yaml-object 'answered instead of objects: "the server' "error: the server doesn't have a resource type \"jwtissuers\"\n"
b 'the answer of the server' error 1 yaml-object 'answered instead of objects: "Unauthorized"' '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","code":401}'
b 'a table' error 1 yaml-object 'add -o yaml' 'NAME   AGE\np      3d\n'
b 'a web page' error 1 yaml-syntax 'a web page' '<!DOCTYPE html>\n<html><head><title>a: b</title></head>\n'
b 'a value with an at sign' error 4 yaml-syntax 'put the value into quotes' "${ours}spec: @SPEC@\n"
b 'a colon too many' error 4 yaml-syntax 'a colon too many' "${ours}spec: a: b\n"
b 'a quote that is not closed' error 4 yaml-syntax 'a quote is opened here and never closed' "${ours}spec: \"a\n"
b 'an escape that is none' error 4 yaml-syntax 'use single quotes' "${ours}spec: \"a\\\\d\"\n"
b 'blanks of a web page' error 5 yaml-syntax 'no-break space' "${ours}spec:\n\302\240 a: b\n  c: d\n"
b 'a blank of web pages behind a colon' error 4 yaml-syntax 'no-break space' "${ours}spec:\302\240x\na: b\n"
b 'no blank behind a colon' error 5 yaml-syntax 'a colon with a blank behind it' "${ours}spec:x\na: b\n"
b 'a star' error 4 yaml-syntax 'put the value into quotes' "${ours}spec: *\n"
b 'a bracket that is not closed' error 5 yaml-syntax 'a comma or ] is missing' "${ours}spec: [a\nb: c\n"
b 'Latin-1' error 4 yaml-syntax 'save the file as UTF-8' "${ours}spec: \351\n"
b 'a byte order mark inside' error 5 yaml-syntax 'a byte order mark' "$ours$spec\357\273\277---\n$ours"
b 'JSON, a comma too many' error 3 yaml-syntax 'take it away' '{"apiVersion": "iam.openfaas.com/v1",\n\t"kind": "Policy",\n\t"metadata": {"name": "p",},\n"spec": ]}\n'
b 'JSON, a comma too few' error 2 yaml-syntax 'a comma is missing' '{"apiVersion": "iam.openfaas.com/v1"\n"kind": "Policy"}\n'
b 'JSON that is cut off' error 1 yaml-syntax 'it was cut off' '{"apiVersion": "iam.openfaas.com/v1",\n\n"kind": "Pol'
b 'JSON, two texts' error 2 yaml-syntax 'put several objects into one array' '{"apiVersion":"v1","kind":"ConfigMap"}\n{}\n'
printf "$ours$spec$ours$spec" > b.yaml
t 'pasted: two objects and nothing between them' 1 '^b.yaml:5: error: .*put a line with --- between them.*\[yaml-duplicate-key\]$' = lint --iam b.yaml
printf '{"apiVersion":"iam.openfaas.com/v1","kind":"Policy","metadata":{"name":"p"},\n"spec":{"statement":[{"sid":"s","action":["Function:Invoke"],"effect":"Allow","resource":["dev:x"],}]}}' > b.json
t 'pasted: JSON that YAML takes' 1 '^b.json:2: warning: .*a comma stands before a closing bracket.*\[json-syntax\]$' = lint --iam b.json --warnings-as-errors
printf "\357\273\277$ours$spec" > b.yaml
t 'a byte order mark' 0 '^b.yaml:[13]: warning: .*\[unused-policy\]$' = lint --iam b.yaml
printf "\357\273\277{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"Policy\",\"metadata\":{\"name\":\"p\"},\"spec\":\n[]}" > b.yaml
t 'a byte order mark before JSON' 1 '^b.yaml:1: error: .*\[wrong-type\]$' = lint --iam b.yaml
printf "$ours$spec" | sed 's/$/\r/' > b.yaml
t 'line breaks of Windows' 0 '^b.yaml:[13]: warning: .*\[unused-policy\]$' = lint --iam b.yaml
for encoding in UTF-16 UTF-16LE UTF-16BE; do
    printf "$ours$spec" | iconv -f ASCII -t $encoding > b.yaml
    t "$encoding" 2 = '^fntoken: file: b.yaml: is UTF-16, .* UTF-8 is expected: save it as UTF-8' lint --iam b.yaml
done

printf 'apiVersion: iam.openfaas.com/v1\nkind: JwtIssuer\nmetadata: {name: i}\nspec:\n\302\240 iss: "https://idp.example.com"\n\302\240 aud: [openfaas]\n' > y.yaml
t 'yaml: indented with no-break spaces' 1 '^y.yaml:5: error: The name .* begins with a space that is none to YAML.*yaml-key' '*' lint --iam y.yaml
is 'yaml: no more than that' test "$(wc -l < out)" -eq 2
