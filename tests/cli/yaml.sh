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
printf "[{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"Policy\",\"metadata\":{\"name\":\"p\"},\"spec\":{\"statement\":[{\"sid\":\"1\",\"action\":[\"Function:Invoke\"],\"effect\":\"Allow\",\"resource\":[\"dev:*\"]}]}},\n$json\"\\\\ud83d\\\\ude00\",\"a\342\200\250b\",\"\\\\/\\\\\"\\\\u00e9\\\\b\"]}}}}]" > j.json
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
