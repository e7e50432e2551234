# SPDX-License-Identifier: MIT
# Part of test_cli.sh, behind tokens.sh: what people send where a token is wanted, by name. Rule 38: none of it comes back.
good=$(cat minted.token)

silent() { # none of the token's pieces of 12 bytes is in what was said
    name="rule 38: $name"
    cat out err > said
    awk -v token="$good" '{ for (i = 1; i + 11 <= length(token); i++) if (index($0, substr(token, i, 12))) bad = 1 }
        END { exit bad }' said || bad 'a piece of the token is in it'
}

# header WORDS VALUE; @ in VALUE is the token.
header() {
    value=$(printf '%b.' "$2" | sed "s/@/$good/g")
    t "header: $2" 1 = "$1" authorize --jwks issuer.jwks --issuer $gw --now $now --resource dev:env --header -- "${value%.}"
    silent
}

header 'scheme is Basic' 'Basic YWRtaW46cHc='
header 'scheme is JWT' 'JWT @'
header 'scheme is Token' 'token @'
header 'scheme is DPoP' 'DPoP @'
header 'scheme is ApiKey' 'ApiKey @'
header 'scheme is misspelt' 'Baerer @'
header 'none that is known' 'Something @'
header 'not ASCII' 'B\0320\0265arer @'
header 'The scheme is missing' '@'
header 'A colon stands behind "Bearer"' 'Bearer: @'
header 'An equals sign' 'Bearer=@'
header 'A tab' 'Bearer\t@'
header 'A non-breaking space' 'Bearer\0302\0240@'
header 'No space stands between' 'Bearer@'
header 'percent-encoded' 'Bearer%20@'
header 'as a form is' 'Bearer+@'
header 'as HTML is' 'Bearer&nbsp;@'
header 'stands there twice' 'Bearer Bearer @'
header 'Two schemes' 'Bearer Basic @'
header 'No token follows' 'Bearer'
header 'No token follows' 'Bearer  '
header "Python's form of bytes" "Bearer b'@'"
header "Python's form of bytes" "b'Bearer @'"
header 'quotation marks' 'Bearer "@"'
header 'The whole value stands in quotation marks' '"Bearer @"'
header 'angle brackets' 'Bearer <@>'
header 'in braces' 'Bearer {@}'
header 'White space stands behind' 'Bearer @ '
header 'A semicolon' 'Bearer @;'
header 'A comma' 'Bearer @, Bearer @'
header 'A second token' 'Bearer @ @'
header 'SD-JWT' 'Bearer @~'
header 'a placeholder' 'Bearer $TOKEN'
header 'a placeholder' 'Bearer {{token}}'
header 'a placeholder' 'Bearer <token>'
header 'a placeholder' 'Bearer %TOKEN%'
header 'the word null' 'Bearer null'
header 'the word undefined' 'Bearer undefined'
header 'an object of JavaScript' 'Bearer [object Object]'
header 'A name stands before' 'Bearer token=@'
header 'what a service sends with a 401' 'Bearer realm="x"'
header 'The name of the header' 'Authorization: Bearer @'
header 'JWT with a colon' 'JWT: @'
header 'A cookie' 'Set-Cookie: token=@'
header 'misspelt' 'Bearere @'
header 'stands there twice' 'BearerBearer @'
header 'No token stands in the quotation marks' 'Bearer ""'
header 'a placeholder' 'Bearer secrets.TOKEN'
header 'invisible or typographic' 'Bearer @\0342\0200\0213'
header 'in place of the rest' 'Bearer eyJhbGciOiJF\0342\0200\0246'
header 'holds a character that no token has' 'Bearer a(b'
# One word that may be a token: what is wrong in it is told as without the header.
header 'opaque token, not a JWT, which has three parts' 'Bearer 123e4567-e89b'
header 'The token has two parts' "Bearer ${good%.*}"
header "The token's signature is empty" 'Bearer eyJhbGciOiJub25lIn0.e30.'
header 'an encrypted token' 'Bearer a.b.c.d.e'
header 'The signature does not fit' "Bearer ${good%????}AAAA"
header 'White space stands before the scheme' ' Bearer @'
header 'The value is JSON' '{"Authorization":"Bearer @"}'
header 'as a list is printed' "['Bearer @']"
header 'More than one word' 'Bearer one two'
header 'a character that no token has' 'Bearer ab*c'

# token WORDS TEXT: on standard input; the same words in verify, inspect (but for what stands behind) and exchange.
token() {
    printf '%b' "$2" | sed "s/@/$good/g" > sent.token
    input=sent.token
    t "token: $2" 1 = "$1" verify --jwks issuer.jwks --issuer $gw --now $now
    silent
    input=sent.token
    t "token in exchange: $2" 1 '*' "$1" exchange --iam hints.yaml --key issuer.key --issuer $gw --now $now --narrowing --scope function --audience dev:env
}
printf 'apiVersion: iam.openfaas.com/v1\nkind: JwtIssuer\nmetadata: {name: idp, namespace: openfaas}\nspec: {iss: "https://idp.example.com", aud: [openfaas]}\n' > hints.yaml

token 'White space stands behind the token' '@ '
token 'White space stands behind the token' '@\t\n'
token 'A comma' '@,'
token 'A semicolon' '@;'
token 'A quotation mark stands behind' '@"'
token 'Padding' '@=='
token 'A backslash' '@\\\\n'
token 'A line break stands behind the token, percent-encoded' '@%0A'
token 'Another parameter' '@&x=y'
token 'A brace' '@}'
token 'A bracket' '@)'
token 'shows an ellipsis' '@\0342\0200\0246'
token 'as in a log' '@ 11:22:33.4  7 cli.go:9] EOF'
token 'A second token' '@\n@\n'
token 'stands there twice' '@@'
token 'Other text stands before' 'x @'
token 'A name stands before' 'export TOKEN=@'
token 'stands before the token' 'Bearer @'
token 'Bearer:' 'Bearer: @'
token 'An invisible character' '\0342\0200\0213@'
token 'A byte order mark' '\0357\0273\0277abc'
token 'an HTML page' '<!DOCTYPE html><html>'
token 'a whole HTTP answer' 'HTTP/1.1 200 OK\n'
token 'XML' '<?xml version="1.0"?>'
token 'the shell did not run' '$(cat token)'
token 'what fntoken inspect prints' '{"header":{},"claims":{},"verified":false}'
token 'send only its access_token' '{"access_token":"@"}'
token 'send only its access_token' '[{"access_token":"@"}]'
token 'an answer of Kubernetes' '{"kind":"ExecCredential","apiVersion":"v1","status":{"token":"@"}}'
token "a token's header and payload" '{"header":{},"payload":{"iss":"x"}}'
token 'an answer about an error' '{"error":"invalid_client"}'
token 'a set of keys' '{"keys":[]}'
token 'These are claims' '{"iss":"x","sub":"y"}'
token 'a JWS in its JSON form' '{"payload":"YQ","signatures":[]}'
token 'the name of a file' './token.txt'
token 'the name of a file' 'token.jwt'
token 'a URL' 'https://idp.example.com/token'
token "opaque token, not a JWT, as Google's access token is" 'ya29.a0AfH6SM-x_y'
token 'GITHUB_TOKEN' 'ghs_16C7e42F292c6912E7'
token 'PASETO' 'v4.local.abc'
token 'encoded in base64 once more' 'ZXlKaGJHY2lPaUpGVXpJMU5pSjk='
token 'the word null' 'null'
token 'in place of a secret' '***'
token 'percent-encoded' 'eyJhbGciOiJFUzI1NiJ9%2EeyJh%2EAA'
token 'opaque token, not a JWT' 'abc.def'
t 'token: inspect tells what stands behind it' 0 '"verified":false' 'A semicolon stands behind the token' inspect "$good;"
t 'token: the name of a file that is there' 1 = 'the name of a file' verify --jwks issuer.jwks --issuer $gw --now $now minted.token
printf '%s\n\r\n\n' "$good" > many.token
input=many.token
t 'token: line breaks at the end' 0 '^{"iss":' = verify --jwks issuer.jwks --issuer $gw --now $now
input=many.token
t 'token: in a header too' 0 allowed = authorize --jwks issuer.jwks --issuer $gw --now $now --resource dev:env

for time in exp nbf iat; do
    printf '{"sub":"me","%s":1715848921000}' $time > sent.json
    t "rule 18: sign warns of $time in milliseconds" 0 eyJ "The claim $time is 1715848921000: that is in milliseconds" sign --key issuer.key --claims sent.json
done
printf '{"sub":"me","exp":99999999999}' > sent.json
t 'rule 18: sign warns of no time in seconds' 0 eyJ = sign --key issuer.key --claims sent.json
