/* SPDX-License-Identifier: MIT */
#include "lib/base/key_hints.h"

#include <ctype.h>
#include <string.h>

/* ---- looking ------------------------------------------------------------- */

static bool holds(const text *t, const char *part)
{
    size_t len = strlen(part);
    for (size_t at = 0; at + len <= t->len; at++)
        if (t->at[at] == part[0] && memcmp(t->at + at, part, len) == 0)
            return true;
    return false;
}

/* Without case, behind white space. */
static bool starts(const text *t, const char *with)
{
    size_t at = strspn(t->at, " \t\r\n"), i = 0;
    while (with[i] != '\0' && at + i < t->len &&
           tolower((unsigned char)t->at[at + i]) == tolower((unsigned char)with[i]))
        i++;
    return with[i] == '\0';
}

/* Nothing but those characters and white space. */
static bool is_all(const text *t, const char *characters)
{
    return strspn(t->at, characters) == t->len && strspn(t->at, " \t\r\n") < t->len;
}

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \t\r\n"
#define HEXADECIMAL "0123456789abcdefABCDEF: \t\r\n"

static bool has_dots(const text *t, size_t count)
{
    for (size_t i = 0; i < t->len; i++)
        if (t->at[i] == '.' && count-- == 0)
            return false;
    return count == 0;
}

/* The name of the first member of a JSON object, unless it is longer than names are or has other
 * characters: then it may be anything, a key too. */
static bool first_member(const text *t, text *name)
{
    size_t at = strspn(t->at, " \t\r\n{");
    if (!starts(t, "{") || t->at[at] != '"')
        return false;
    size_t len = strspn(t->at + at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    if (len == 0 || len > 20 || t->at[at + 1 + len] != '"')
        return false;
    text_print(name, "%.*s", (int)len, t->at + at + 1);
    return true;
}

/* ---- what it may be ------------------------------------------------------ */

/* A SEQUENCE, and where its content begins. */
static size_t der_content(const text *t)
{
    size_t length = t->len < 2 ? 0 : (unsigned char)t->at[1];
    if (t->len < 8 || t->at[0] != 0x30 || length == 0x80 || length > 0x84)
        return 0;
    return length < 0x80 ? (t->len == length + 2 ? 2 : 0) : 2 + (length & 0x7f);
}

static bool is_pkcs12(const text *t)
{
    size_t at = der_content(t);
    return at > 0 && memcmp(t->at + at, "\x02\x01\x03", 3) == 0;
}

static bool is_der(const text *t)
{
    return der_content(t) > 0;
}

static bool has_other_dashes(const text *t)
{
    return !holds(t, "-----BEGIN ") && !starts(t, "{") &&
           (holds(t, "-BEGIN ") || holds(t, "- BEGIN ") ||
            holds(t, "\xe2\x80\x94"
                     "BEGIN ") ||
            holds(t, "\xe2\x80\x93"
                     "BEGIN "));
}

static bool is_token(const text *t)
{
    return has_dots(t, 2);
}

static bool is_encrypted_token(const text *t)
{
    return has_dots(t, 4);
}

static bool is_base64(const text *t)
{
    return is_all(t, BASE64);
}

static bool is_base64_of_der(const text *t)
{
    return t->len > 40 && is_all(t, BASE64);
}

static bool is_hexadecimal(const text *t)
{
    return t->len > 40 && is_all(t, HEXADECIMAL);
}

static bool is_pem_with_escapes(const text *t)
{
    return !starts(t, "{") && holds(t, "-----BEGIN ");
}

static bool is_no_set(const text *t)
{
    return !holds(t, "\"keys\"") && !holds(t, "\"kty\"");
}

/* One short line without what XML and JSON have in their first. */
static bool is_placeholder(const text *t)
{
    enum { LONGEST = 64 };
    size_t begin = strspn(t->at, " \t\r\n"), len = strcspn(t->at + begin, "\r\n/?!=\":");
    return len > 0 && len <= LONGEST &&
           begin + len + strspn(t->at + begin + len, " \t\r\n") == t->len;
}

/* Whether the outermost object has a member of that name. */
static bool has_member(const text *t, const char *quoted)
{
    size_t depth = 0, len = strlen(quoted);
    for (const char *c = t->at; *c != '\0'; c++) {
        depth += *c == '{' || *c == '[' ? 1 : 0;
        depth -= (*c == '}' || *c == ']') && depth > 0 ? 1 : 0;
        if (*c != '"')
            continue;
        if (depth == 1 && strncmp(c, quoted, len) == 0)
            return true;
        for (c++; *c != '"' && *c != '\0'; c++)
            c += *c == '\\' && c[1] != '\0' ? 1 : 0;
        if (*c == '\0')
            return false;
    }
    return false;
}

static bool is_around_keys(const text *t)
{
    return !has_member(t, "\"keys\"") && !has_member(t, "\"kty\"");
}

static bool is_behind_words(const text *t)
{
    return !starts(t, "{");
}

/* ---- the table ----------------------------------------------------------- */

/* The first row that fits: the text starts with one of those words, holds that part, and is what
 * the function looks for; each where the row has it. A % in a sentence is the name of the first
 * member, without which the row does not fit. */
static const struct {
    const char *starts[6], *holds;
    bool (*is)(const text *given);
    const char *sentence;
} rows[] = {
    {{"\xef\xbb\xbf"},
     NULL,
     NULL,
     "The text begins with a byte order mark (BOM), which JSON must not have: save it as UTF-8 "
     "without one."},
    {{"\x1f\x8b"},
     NULL,
     NULL,
     "This is compressed (gzip): gunzip it, or let curl do so with --compressed."},
    {{"\xfe\xed\xfe\xed", "\xce\xce\xce\xce"},
     NULL,
     NULL,
     "This is a Java keystore; PEM is wanted: keytool -exportcert -rfc -keystore FILE -alias "
     "NAME."},
    {{0},
     NULL,
     is_pkcs12,
     "This is PKCS#12 (.p12, .pfx), in DER; PEM is wanted: openssl pkcs12 -in FILE -nodes -nocerts "
     "for the private key, -nokeys for the certificate."},
    {{0},
     NULL,
     is_der,
     "This is DER, the binary form; PEM is wanted: openssl x509 -inform DER -in FILE for a "
     "certificate, openssl pkey -inform DER -in FILE for a key, with -pubin for a public one."},
    {{"<!doctype html", "<html", "<head", "<body", "<title"},
     NULL,
     NULL,
     "This is an HTML page, not keys: the URL that it came from is not that of the JWKS (the "
     "discovery document has it as jwks_uri), or asks to log in."},
    {{"<", "${", "$(", "{{", "your"},
     NULL,
     is_placeholder,
     "This is a placeholder, not keys: the variable or template was not filled in."},
    {{"<"},
     NULL,
     NULL,
     "This is XML, not keys: a JWKS is JSON (the discovery document has its URL as jwks_uri)."},
    {{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2"},
     NULL,
     NULL,
     "This is a public key in OpenSSH's form; PEM is wanted: ssh-keygen -e -m PKCS8 -f FILE."},
    {{"PuTTY-User-Key-File"},
     NULL,
     NULL,
     "This is a key in PuTTY's form; PEM is wanted: puttygen FILE -O private-openssh, then "
     "ssh-keygen -p -m PKCS8 -f on what it writes."},
    {{0},
     "-----BEGIN PGP ",
     NULL,
     "This is a PGP key, which signs no tokens; expected are a JWKS, a JWK or PEM of an EC or RSA "
     "key."},
    {{0},
     "CERTIFICATE REQUEST-----",
     NULL,
     "This is a request for a certificate, not yet one: openssl req -in FILE -noout -pubkey prints "
     "its public key."},
    {{0},
     "-----BEGIN PKCS7-----",
     NULL,
     "This is PKCS#7, a bundle of certificates: openssl pkcs7 -in FILE -print_certs."},
    {{"https://", "http://"},
     NULL,
     NULL,
     "This is a URL, not what it answers; nothing is fetched here: curl -fsS URL > FILE."},
    {{"HTTP/1", "HTTP/2"},
     NULL,
     NULL,
     "The header of an HTTP answer stands before the keys: fetch them without curl's -i."},
    {{"null", "undefined"},
     NULL,
     NULL,
     "The text is null: whatever printed it found nothing, as jq does for a member that is not "
     "there. Expected are a JWKS, a JWK or PEM."},
    {{"["},
     NULL,
     NULL,
     "This is a JSON array; a JWKS is an object, {\"keys\": [...]}. If the array holds keys: jq "
     "'{keys: .}' FILE."},
    {{"\"{", "\"[", "'{", "'["},
     NULL,
     NULL,
     "This is JSON text in quotes, a string that holds JSON: jq -r . FILE takes it out."},
    {{"\"-----BEGIN ", "'-----BEGIN "},
     NULL,
     NULL,
     "This is PEM in quotes, with \\n where line breaks belong: jq -r . FILE takes it out."},
    {{0},
     "\\n",
     is_pem_with_escapes,
     "This is PEM with a backslash and an n (\\n) where line breaks belong: sed 's/\\\\n/\\n/g' "
     "FILE "
     "mends it."},
    {{0},
     "...\n",
     is_pem_with_escapes,
     "This is an excerpt of PEM: lines are left out (...). Give all of it."},
    {{0},
     "BEGIN ",
     has_other_dashes,
     "The BEGIN line must have five hyphens before and behind, -----BEGIN ...-----, and so must "
     "END; "
     "these have fewer, or other dashes."},
    {{"apiVersion:", "kind:", "---"},
     "apiVersion:",
     NULL,
     "This is YAML of a Kubernetes object, not the key in it: kubectl get secret NAME -o "
     "jsonpath='{.data.KEY}' | base64 -d."},
    {{"eyJ"},
     NULL,
     is_token,
     "This is a token (JWT), not a key. Expected are its issuer's keys: a JWKS, a JWK or PEM."},
    {{"eyJ"},
     NULL,
     is_encrypted_token,
     "This is an encrypted token (JWE), not a key. Expected are a JWKS, a JWK or PEM."},
    {{"LS0tLS1CRUdJTi"},
     NULL,
     is_base64,
     "This is PEM that was base64-encoded once more, as in a Kubernetes Secret: base64 -d FILE."},
    {{"ey"}, NULL, is_base64, "This is JSON that was base64-encoded: base64 -d FILE."},
    {{"M"},
     NULL,
     is_base64_of_der,
     "This is base64 without its BEGIN and END lines: put -----BEGIN PUBLIC KEY----- before it and "
     "-----END PUBLIC KEY----- behind (or CERTIFICATE, or PRIVATE KEY, as it is)."},
    {{"30"},
     NULL,
     is_hexadecimal,
     "This is DER in hexadecimal: xxd -r -p FILE, then openssl pkey -inform DER."},
    {{"{"},
     "\"access_token\"",
     NULL,
     "This is an answer of a token endpoint, not keys. Expected are its issuer's: a JWKS, a JWK or "
     "PEM."},
    {{"{"},
     "\"private_key\"",
     is_no_set,
     "This is a key file of a service account; the key is the text of its private_key: jq -r "
     ".private_key FILE."},
    {{"{"},
     "\"public_key\"",
     is_no_set,
     "This is Keycloak's answer about a realm, not its JWKS, which is at the realm's URL and "
     "/protocol/openid-connect/certs."},
    {{"{"},
     "\"apiVersion\"",
     is_no_set,
     "This is a Kubernetes object, not the key in it: kubectl get secret NAME -o "
     "jsonpath='{.data.KEY}' | base64 -d."},
    {{"{"},
     "\"error\"",
     is_no_set,
     "This is an error answer (it has \"error\"), not keys: read what it says, and look at the URL "
     "that it came from."},
    {{"{"},
     "\"error",
     is_no_set,
     "This is an error answer (it has \"errors\", \"errorCode\" or the like), not keys: read what "
     "it says, and look at the URL that it came from."},
    {{"{"},
     "\"message\"",
     is_no_set,
     "This is an error answer (it has \"message\"), not keys: read what it says, and look at the "
     "URL "
     "that it came from."},
    {{"{"},
     "\"keys\"",
     is_around_keys,
     "The keys stand inside \"%\"; a JWKS is {\"keys\": [...]} alone: jq .% FILE."},
    {{"{"},
     "\"kty\"",
     is_around_keys,
     "The key stands inside \"%\"; a JWK is an object that has kty: jq .% FILE."},
    {{0},
     "\"kty\"",
     is_behind_words,
     "Other text stands before the JSON, which must be where the file begins: a log line, or a "
     "prompt, may have got into it."},
};

static bool fits(size_t row, const text *given)
{
    bool started = rows[row].starts[0] == NULL;
    for (size_t i = 0; i < 6 && rows[row].starts[i] != NULL && !started; i++)
        started = starts(given, rows[row].starts[i]);
    return started && (rows[row].holds == NULL || holds(given, rows[row].holds)) &&
           (rows[row].is == NULL || rows[row].is(given));
}

static void put(text *sentence, const char *words, const text *name)
{
    for (size_t len; (len = strcspn(words, "%")) < strlen(words); words += len + 1) {
        text_add(sentence, words, len);
        text_add(sentence, name->at, name->len);
    }
    text_put(sentence, words);
}

bool key_hint(const text *given, text *sentence)
{
    text name = TEXT_EMPTY;
    bool named = first_member(given, &name), found = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !found; i++) {
        found = (named || strchr(rows[i].sentence, '%') == NULL) && fits(i, given);
        if (found)
            put(sentence, rows[i].sentence, &name);
    }
    text_free(&name);
    return found;
}
