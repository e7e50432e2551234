/* SPDX-License-Identifier: MIT */
#include "discovery.h"

void discovery_make(const char *issuer, text *document)
{
    text url = TEXT_EMPTY;
    text_put(document, "{");
    text_member(document, "issuer", issuer);
    text_print(&url, "%s/oauth/token", issuer);
    text_member(document, "token_endpoint", url.at);
    text_free(&url);
    text_print(&url, "%s/.well-known/jwks", issuer);
    text_member(document, "jwks_uri", url.at);
    text_free(&url);
    text_put(document,
             ",\"grant_types_supported\":[\"urn:ietf:params:oauth:grant-type:token-exchange\"]"
             ",\"token_endpoint_auth_methods_supported\":[\"none\"]"
             ",\"response_types_supported\":[],\"subject_types_supported\":[\"public\"]"
             ",\"scopes_supported\":[\"function\"]"
             ",\"id_token_signing_alg_values_supported\":[\"ES256\"]}");
}
