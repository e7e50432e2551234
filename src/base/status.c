/* SPDX-License-Identifier: MIT */
#include "base/status.h"

/* A row a status: its stable word, what to tell a person, and the OAuth error code where one
 * belongs. */
typedef struct {
    fnt_status status;
    const char *name, *sentence, *oauth;
} row;

static const char invalid_token[] = "invalid_token";           /* RFC 6750, 3.1 */
static const char insufficient_scope[] = "insufficient_scope"; /* RFC 6750, 3.1 */
static const char invalid_request[] = "invalid_request";       /* RFC 6749, 5.2 */

static const row rows[] = {
    {FNT_OK, "ok", "Allowed.", NULL},

    {FNT_FAULT_ARGUMENT, "argument",
     "An argument is missing, empty or out of range; times are whole seconds since 1970.", NULL},
    {FNT_FAULT_MEMORY, "memory", "Out of memory; nothing was changed.", NULL},
    {FNT_FAULT_STATE, "state", "Settings can only be changed before the object is first used.",
     NULL},
    {FNT_FAULT_UNSUPPORTED, "unsupported",
     "This build or version does not support what was asked for.", NULL},
    {FNT_FAULT_RANDOM, "random", "The source of random bytes failed.", NULL},
    {FNT_FAULT_CRYPTO, "crypto", "The cryptographic library failed.", NULL},
    {FNT_FAULT_KEY, "key",
     "The key is malformed, too weak, the wrong half of a pair, or there is none that can be used.",
     NULL},
    {FNT_FAULT_IAM, "iam",
     "The IAM objects, or revocations, hold errors; none of them is in force.", NULL},
    {FNT_FAULT_PATTERN, "pattern", "A claim or pattern given to be written is malformed.", NULL},
    {FNT_FAULT_SPACE, "space", "The buffer is too small for the result.", NULL},
    {FNT_FAULT_NOT_READY, "not-ready", "There are no keys or no rules yet; try again shortly.",
     NULL},
    {FNT_FAULT_NOT_CACHED, "not-cached",
     "The cache does not know this token: it has to be verified in full.", NULL},
    {FNT_FAULT_TOO_SOON, "too-soon", "The keys are not to be fetched now; ask again shortly.",
     NULL},
    {FNT_WOULD_ALLOW, "would-allow", "Claims like these would be allowed; nothing was verified.",
     NULL},
    {FNT_WOULD_DENY, "would-deny", "Claims like these would not be allowed; nothing was verified.",
     NULL},

    {FNT_REFUSED_NO_TOKEN, "no-token",
     "No token was sent: send Authorization: Bearer and a Function Token.", NULL},
    {FNT_REFUSED_HEADER, "header",
     "The Authorization header must be the word Bearer, a space and exactly one token.",
     invalid_request},
    {FNT_REFUSED_SIZE, "size", "The token is longer than is accepted.", invalid_token},
    {FNT_REFUSED_MALFORMED, "malformed", "This is not a JSON Web Token in its compact form.",
     invalid_token},
    {FNT_REFUSED_ALGORITHM, "algorithm",
     "The token's signature algorithm is not accepted, or not what its key is for.", invalid_token},
    {FNT_REFUSED_CRITICAL, "critical", "The token demands an extension that is not supported.",
     invalid_token},
    {FNT_REFUSED_TYPE, "type", "The token's typ says that it was made for another purpose.",
     invalid_token},
    {FNT_REFUSED_KEY_UNKNOWN, "key-unknown",
     "The token is signed with a key that is not known; its issuer may have rotated its keys.",
     invalid_token},
    {FNT_REFUSED_SIGNATURE, "signature", "The token's signature is not right.", invalid_token},
    {FNT_REFUSED_ISSUER, "issuer", "The token is from another issuer.", invalid_token},
    {FNT_REFUSED_AUDIENCE, "audience", "The token was made for another audience.", invalid_token},
    {FNT_REFUSED_EXPIRED, "expired", "The token has expired: get a new one.", invalid_token},
    {FNT_REFUSED_NOT_YET, "not-yet", "The token is not valid yet: compare the clocks.",
     invalid_token},
    {FNT_REFUSED_AGE, "age", "The token is older, or lives longer, than is accepted.",
     invalid_token},
    {FNT_REFUSED_CLAIM, "claim", "A claim of the token is missing or of the wrong type.",
     invalid_token},
    {FNT_REFUSED_API_TOKEN, "api-token",
     "This is an OpenFaaS API token: exchange it for a Function Token with scope=function.",
     invalid_token},
    {FNT_REFUSED_OTHER_TOKEN, "other-token",
     "This is no Function Token: exchange it for one at the gateway's /oauth/token.",
     invalid_token},
    {FNT_REFUSED_REVOKED, "revoked", "The token was withdrawn before its time: get a new one.",
     invalid_token},
    {FNT_REFUSED_BINDING, "binding",
     "The token is bound to a key (cnf), and that the caller holds it was not shown.",
     invalid_token},

    {FNT_DENIED_PERMISSION, "permission", "The token's permissions do not cover this function.",
     insufficient_scope},
    {FNT_DENIED_AUDIENCE, "function-audience", "The token was narrowed to other functions.",
     insufficient_scope},
    {FNT_DENIED_RESOURCE, "resource",
     "The resource is not NAMESPACE:NAME in lower-case letters, digits and hyphens.", NULL},
    {FNT_DENIED_PATH, "path", "The request path names no function, or can be read in two ways.",
     NULL},

    {FNT_OAUTH_REQUEST, "request", "The token request is malformed.", invalid_request},
    {FNT_OAUTH_GRANT_TYPE, "grant-type",
     "The grant type must be urn:ietf:params:oauth:grant-type:token-exchange.",
     "unsupported_grant_type"},
    {FNT_OAUTH_SCOPE, "scope", "The only scope is function.", "invalid_scope"},
    /* RFC 8693, 2.2.2 */
    {FNT_OAUTH_SUBJECT, "subject", "The subject token is not accepted.", invalid_request},
    {FNT_OAUTH_SUBJECT_KEY, "subject-key",
     "The subject token is not accepted: its key is not known yet.", invalid_request},
    {FNT_OAUTH_NO_ROLE, "no-role", "No role gives the subject permission to invoke a function.",
     invalid_request},
    /* RFC 8693, 2.2.2 */
    {FNT_OAUTH_TARGET, "target", "An audience lies outside the permissions.", "invalid_target"},
};

static const row *find(fnt_status status)
{
    static const char sentence[] = "A status of a newer version.";
    static const row others[] = {
        {-1, "unknown", sentence, NULL},
        {-1, "unknown", sentence, invalid_token},
        {-1, "unknown", sentence, insufficient_scope},
        {-1, "unknown", sentence, invalid_request},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].status == status)
            return &rows[i];
    return &others[status >= 100 && status < 400 ? status / 100 : 0]; /* by its range */
}

int32_t status_http(fnt_status status)
{
    if (status == FNT_OK)
        return 200;
    if (status == FNT_FAULT_NOT_READY)
        return 503;
    switch (status / 100) { /* the ranges hold for values that this version does not know */
    case 1:
        return 401;
    case 2:
        return 403;
    case 3:
        return 400;
    default:
        return 500;
    }
}

const char *status_name(fnt_status status)
{
    return find(status)->name;
}

const char *status_sentence(fnt_status status)
{
    return find(status)->sentence;
}

const char *status_oauth(fnt_status status)
{
    return find(status)->oauth;
}

/* faas-cli compares the realm byte for byte and needs the comma and the space behind it. */
#define REALM "Bearer realm=\"IAM function invoke\""

const char *status_challenge(fnt_status status)
{
    const char *code = status_oauth(status);
    if (status_http(status) != 401)
        return NULL;
    if (code == NULL)
        return REALM;
    return code == invalid_request ? REALM ", error=\"invalid_request\""
                                   : REALM ", error=\"invalid_token\"";
}
