#!/bin/sh
# SPDX-License-Identifier: MIT
# The lines of OpenFaaS's tutorial on function authentication, unchanged; tests/gateway/real.py puts other host names into them. What the
# tutorial says in words ("save the result as") stands between them.
set -eu
cd "$1"
value() { python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'; }

export IDP_TOKEN_URL=https://keycloak.example/realms/openfaas/protocol/openid-connect/token
export CLIENT_ID="openfaas"
export CLIENT_SECRET="$(cat ./client-secret.txt)"
curl -S -L -X POST "${IDP_TOKEN_URL}" \
--header 'Content-Type: application/x-www-form-urlencoded' \
--data-urlencode "client_id=${CLIENT_ID}" \
--data-urlencode "client_secret=${CLIENT_SECRET}" \
--data-urlencode 'scope=email' \
--data-urlencode 'grant_type=client_credentials' \
| value >token.txt

export IDP_TOKEN_URL="https://gateway.example.com/oauth/token"
export TOKEN="$(cat token.txt)"
curl -S -L -X POST "${IDP_TOKEN_URL}" \
--header 'Content-Type: application/x-www-form-urlencoded' \
--data-urlencode "subject_token=${TOKEN}" \
--data-urlencode "subject_token_type=urn:ietf:params:oauth:token-type:id_token" \
--data-urlencode 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange' \
--data-urlencode 'scope=function' \
| value >wide-token.txt

curl -S -L -X POST "${IDP_TOKEN_URL}" \
--header 'Content-Type: application/x-www-form-urlencoded' \
--data-urlencode "subject_token=${TOKEN}" \
--data-urlencode "subject_token_type=urn:ietf:params:oauth:token-type:id_token" \
--data-urlencode 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange' \
--data-urlencode 'scope=function' \
--data-urlencode 'audience=openfaas-fn:env' \
--data-urlencode 'audience=openfaas-fn:figlet' \
| value >function-token.txt

curl https://gateway.example.com/function/env \
>refused.txt
curl -i https://gateway.example.com/function/env \
-H "Authorization: Bearer $(cat function-token.txt)" \
>answered.txt
