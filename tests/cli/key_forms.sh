# SPDX-License-Identifier: MIT
# Part of test_cli.sh: what consoles, browsers and shells hand out in the place of a key, each called by its name.

"$fntoken" keygen --alg RS256 --out forms.key --public-out forms.pem > out
"$fntoken" jwks forms.pem > forms.json 2> err
body=$(sed '1d;$d' forms.pem | tr -d '\n')

# named NAME WORDS: the file "form" is no key, and is called so; the same by a command that signs.
named() {
    t "$1" 2 = "$2" jwks form
    t "$1, to sign with" 2 = "$2" sign --key form --claims h.json
}
# form FORMAT [ARGUMENT...]: printf into that file
form() {
    # shellcheck disable=SC2059
    printf "$@" > form
}

form ' \n\t\n'; named 'white space' 'form: is empty; a key is expected'
form '\377\376{\000'; named 'UTF-16' 'form: is UTF-16'
form '{\000"\000k\000'; named 'UTF-16 without a mark' 'form: is UTF-16'
form '\357\273\277{"keys":[]}'; named 'a byte order mark' 'form: The text begins with a byte order mark'
form '\037\213\010\000'; named 'gzip' 'form: This is compressed (gzip)'
form '\376\355\376\355\000'; named 'a Java keystore' 'form: This is a Java keystore'
form '0\202\004\000\002\001\0030'; named 'PKCS#12' 'form: This is PKCS#12'
printf %s "$body" | base64 -d > form; named 'DER' 'form: This is DER, the binary form'
form '\n<!DOCTYPE HTML>\n<html>'; named 'HTML' 'form: This is an HTML page'
form '<?xml version="1.0"?><RSAKeyValue>'; named 'XML' 'form: This is XML'
form 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@host\n'; named 'OpenSSH' "form: This is a public key in OpenSSH's form"
form 'ecdsa-sha2-nistp256 AAAAE2VjZHNh\n'; named 'OpenSSH, ECDSA' "form: This is a public key in OpenSSH's form"
form 'PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\n'; named 'PuTTY' "form: This is a key in PuTTY's form"
form '%s\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----' AAAA '-----END PGP PUBLIC KEY BLOCK-----'
named 'PGP' 'form: This is a PGP key'
form '%s\n' '-----BEGIN CERTIFICATE REQUEST-----' AAAA '-----END CERTIFICATE REQUEST-----'
named 'a certificate request' 'form: This is a request for a certificate'
form '%s\n' '-----BEGIN PKCS7-----' AAAA '-----END PKCS7-----'; named 'PKCS#7' 'form: This is PKCS#7'
form 'https://idp.example.com/jwks\n'; named 'a URL' 'form: This is a URL'
form 'HTTP/1.1 200 OK\r\n\r\n{"keys":[]}'; named 'the header of an answer' 'form: The header of an HTTP answer'
form 'null\n'; named 'null' 'form: The text is null'
form '[%s]' "$(cat forms.json)"; named 'an array' 'form: This is a JSON array'
form '"{\\"keys\\":[]}"'; named 'JSON in quotes' 'form: This is JSON text in quotes'
form '"%s"' "$(sed 's/$/\\n/' forms.pem | tr -d '\n')"; named 'PEM in quotes' 'form: This is PEM in quotes'
form '%s' "$(sed 's/$/\\n/' forms.pem | tr -d '\n')"; named 'backslash, n' 'form: This is PEM with a backslash and an n'
form '%s\n' '-----BEGIN PUBLIC KEY-----' 'MIIB...' '-----END PUBLIC KEY-----'; named 'an excerpt' 'form: This is an excerpt of PEM'
sed 's/-----/----/g' forms.pem > form; named 'four dashes' 'form: The BEGIN line must have five hyphens'
sed 's/-----/—/g' forms.pem > form; named 'one long dash' 'form: The BEGIN line must have five hyphens'
form 'apiVersion: v1\nkind: Secret\ndata:\n  k: LS0t\n'; named 'YAML' 'form: This is YAML of a Kubernetes object'
form '{"apiVersion":"v1","kind":"Secret","data":{}}'; named 'a Secret as JSON' 'form: This is a Kubernetes object'
form 'eyJhbGciOiJFUzI1NiJ9.e30.AA\n'; named 'a token' 'form: This is a token (JWT), not a key'
is 'which is not repeated' sh -c '! grep -q eyJ err'
form 'eyJhbGciOiJFUzI1NiJ9.a.b.c.d\n'; named 'an encrypted token' 'form: This is an encrypted token (JWE)'
base64 forms.pem > form; named 'base64 of PEM' 'form: This is PEM that was base64-encoded'
base64 forms.json > form; named 'base64 of JSON' 'form: This is JSON that was base64-encoded'
form '%s\n' "$body"; named 'base64 alone' 'form: This is base64 without its BEGIN and END lines'
sed 1d forms.pem > form; named 'no BEGIN line' 'form: This is base64 without its BEGIN and END lines'
form '30820122300d06092a864886f70d01010105000382010f\n'; named 'hexadecimal' 'form: This is DER in hexadecimal'
form '{"access_token":"a.b.c"}'; named "a token endpoint's answer" 'form: This is an answer of a token endpoint'
form '{"type":"service_account","private_key":"x"}'; named 'a service account' 'form: This is a key file of a service account'
form '{"realm":"r","public_key":"MIIB"}'; named 'a realm' "form: This is Keycloak's answer about a realm"
form '{"error":"invalid_request","error_description":"secret words"}'; named 'an error' 'form: This is an error answer (it has "error")'
is 'whose words are not repeated' sh -c '! grep -q words err'
form '{"errors":[{"message":"x"}]}'; named 'errors' 'form: This is an error answer (it has "errors", "errorCode" or the like)'
form '{"errorCode":"E0000022"}'; named 'an error code' 'form: This is an error answer (it has "errors", "errorCode" or the like)'
form '<PUBLIC KEY>\n'; named 'a placeholder' 'form: This is a placeholder, not keys'
form '${JWKS}'; named 'a variable' 'form: This is a placeholder, not keys'
form '{"statusCode":404,"message":"Not Found"}'; named 'a message' 'form: This is an error answer (it has "message")'
form '{"data":%s}' "$(cat forms.json)"; named 'keys inside' 'form: The keys stand inside "data"'
form '{"jwk":{"kty":"EC"}}'; named 'a key inside' 'form: The key stands inside "jwk"'
form '> dump\n%s' "$(cat forms.json)"; named 'a prompt' 'form: Other text stands before the JSON'

# Where the library knows more, it is heard.
form '{"issuer":"x","keys":[]}'
t 'a set without a key' 2 = 'form: There is no key in it.' jwks form
sed 's/PUBLIC KEY/CERTIFICATE/' forms.pem > form
t 'a wrong label' 2 = 'its content belongs between BEGIN PUBLIC KEY and END PUBLIC KEY lines' jwks form
form 'secret words'
t 'any text' 2 = 'form: The text is neither JSON (a JWKS or a JWK) nor PEM.' jwks form
sed '$d' forms.pem > form
t 'no END line' 2 = 'form: The PEM text is damaged: it has a BEGIN line without its END line.' jwks form
t 'a public key to sign with' 2 = 'forms.pem: This is a public key' sign --key forms.pem --claims h.json

# What rule 3 lets in, and what a token of a skipped key is told.
printf '{"k1":"%s","k2":7}' "$(sed 's/$/\\n/' forms.pem | tr -d '\n')" > map.json
t 'a map of kids to PEM' 0 '"kid":"k1"' '/k2 was skipped: it is no PEM text' jwks map.json
printf '{"iss":"%s","aud":"%s","sub":"me","exp":1715849921}' $gw $gw > form.json
"$fntoken" sign --key forms.key --kid k1 --claims form.json > form.token
t 'and a token of it' 0 '"sub":"me"' = verify --jwks map.json --issuer $gw --now $now "$(cat form.token)"
sed 's/"use":"sig"/"kid2":1,"use":"enc"/; s/"kid":"[^"]*"/"kid":"k1"/' forms.json > enc.json
sed 's/}]}/},/' enc.json > two.json
sed 's/^{"keys":\[//' issuer.jwks >> two.json
t 'a token of a skipped key' 1 = "The token's key k1 is in the set, but was skipped when that was loaded: its use is enc" \
    verify --jwks two.json --issuer $gw --now $now "$(cat form.token)"
