/* SPDX-License-Identifier: MIT */
/**
 * @file fntoken.h
 * Function Tokens for OpenFaaS: verify, decide, exchange, mint.
 *
 * The journey, in the order of this file:
 *
 *     keys -> verifier -> token -> decision   a watchdog: fnt_keyset_parse, fnt_verifier_new,
 *                                             fnt_authorize
 *     patterns, resource                      the matching alone
 *     iam -> sts                              a gateway: fnt_iam_new, fnt_sts_new, fnt_sts_exchange
 *     claims -> mint                          making tokens by hand
 *
 * The shortest useful program, with the JWKS and the request's Authorization header at hand:
 *
 * @code
 *     fnt_keyset *keys = NULL;
 *     fnt_verifier *verifier = NULL;
 *     fnt_status status = fnt_keyset_parse(jwks, jwks_len, 0, &keys, NULL);
 *     if (status == FNT_OK)
 *         status = fnt_verifier_new(FNT_STR("https://gateway.example.com"), NULL, 0, keys,
 *                                   &verifier);
 *     fnt_keyset_free(keys);
 *     if (status == FNT_OK)
 *         status = fnt_authorize(verifier, header, header_len, FNT_STR("openfaas-fn:env"),
 *                                time(NULL), NULL, NULL);
 *     if (status != FNT_OK)
 *         printf("%d %s\n", (int)fnt_status_http(status), fnt_status_sentence(status));
 *     fnt_verifier_free(verifier);
 * @endcode
 *
 * Rules that hold for every function
 *
 *   Yes       Only FNT_OK is yes. Any other value, known to you or not, is no. Compare with it:
 *             FNT_OK is 0, so that `if (fnt_authorize(...))` says the opposite of what it seems to
 *             say.
 *   Statuses  are listed with each function, all of them; newer versions may add some in the same
 *             ranges.
 *   Text      comes as two parameters, NAME and NAME_len (or len): a pointer and its length in
 *             bytes. No NUL is needed or looked for. (NULL, 0) is "absent"; NULL with another
 *             length is FNT_FAULT_ARGUMENT, and so is an absent or empty text that is said to be
 *             required. An empty text, a pointer with length 0, is like an absent one, unless the
 *             parameter says "empty is not absent" and what it is then: bindings must let their
 *             callers tell the two apart there. Input is read during the call and copied if kept:
 *             no pointer of yours is held after it.
 *   Time      "now" and all times are whole seconds since 1970-01-01 UTC. A now below 1 (forgotten)
 *             or above 99999999999 (milliseconds) is FNT_FAULT_ARGUMENT. The library never reads a
 *             clock.
 *   NULL      An object or out parameter may be NULL only where that is said; else it is
 *             FNT_FAULT_ARGUMENT.
 *   Out       An out parameter is set on every return: to the result on FNT_OK, else to NULL or 0
 *             (two exceptions: fnt_sts_exchange, whose refusals have a body, and fnt_escape, which
 *             answers FNT_FAULT_SPACE with the size it needs).
 *   Owned     What comes through T **out is yours: release it once with fnt_T_free, text (char **)
 *             with fnt_free. Every free takes NULL, cannot fail, and wipes what is secret.
 *   Borrowed  What a getter returns (const char *) lives as long as the object that was asked; a
 *             report's, until the report is used again. A getter's len may be NULL. A getter asked
 *             of NULL answers NULL, or "absent". All text that comes out has a NUL behind it,
 *             unless something else is said.
 *   Kept      An object given to another object (a keyset to a verifier) is shared: free yours at
 *             any time.
 *   Numbers   of fields, claims, options and forms are int32_t from ranges that do not overlap. One
 *             of another kind, or of a newer version, is answered with NULL, "absent" or
 *             FNT_FAULT_UNSUPPORTED, never with something else's value.
 *   Report    The last parameter, may be NULL, asks for details. It never changes the answer.
 *   Calls     The library starts no thread, opens nothing, waits for nothing, calls nothing of
 *             yours back.
 *   Threads   [any]  any number of threads at once, also while another replaces keys or rules in
 *                    the object.
 *             [own]  one thread at a time per object.
 *             A keyset, key, patterns, iam or token never changes once made. A report serves one
 *             call at a time, also of an [any] function. A fnt_T_free must be the last call with
 *             its object.
 *   fork      Objects made before fork() work in the child, unless another thread was inside a call
 *             on the same object at that moment.
 */
#ifndef FNTOKEN_FNTOKEN_H
#define FNTOKEN_FNTOKEN_H

#include <stddef.h>
#include <stdint.h>
#if !defined(__STDC_HOSTED__) || __STDC_HOSTED__
#include <string.h> /* strlen, for FNT_STR; a freestanding program brings its own */
#endif

/* FNT_API marks what cannot fail, FNT_TRY what can: its status must be looked at, compilers warn
 * otherwise. Defining FNT_NO_ATTRIBUTES leaves both empty, for tools that read declarations alone
 * (cffi). */
#if defined(FNT_NO_ATTRIBUTES)
#define FNT_API
#define FNT_TRY
#elif defined(_MSC_VER)
#include <sal.h> /* _Check_return_ */
#define FNT_API
#define FNT_TRY _Check_return_
#elif defined(FNT_HIDDEN) /* in the static archive: what embeds it exports nothing of it */
#define FNT_API __attribute__((visibility("hidden")))
#define FNT_TRY __attribute__((visibility("hidden"), warn_unused_result))
#elif defined(__GNUC__)
#define FNT_API __attribute__((visibility("default")))
#define FNT_TRY __attribute__((visibility("default"), warn_unused_result))
#else
#define FNT_API
#define FNT_TRY
#endif

/** The version of this header, and as one number that grows with it: FNT_VERSION_NUMBER >= 100 from
 *  0.1.0 on. fnt_version is that of the library that is running. */
#define FNT_VERSION_MAJOR 0
#define FNT_VERSION_MINOR 1
#define FNT_VERSION_PATCH 0
#define FNT_VERSION_NUMBER (FNT_VERSION_MAJOR * 10000 + FNT_VERSION_MINOR * 100 + FNT_VERSION_PATCH)

/** Passes a NUL-terminated string (not NULL; evaluated twice) where a pointer and a length are
 *  asked for. */
#define FNT_STR(s) (s), strlen(s)

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1. Status --------------------------------------------------------------
 *
 * Every call that can fail answers with one number. Its range says who has to act; its name,
 * sentence, HTTP status and OAuth error code are functions of it. New values are added inside a
 * range, and none ever moves.
 */

/**
 *       0       yes
 *     1..99     fault    the program, its input files or the machine     HTTP 500, or 503 for not
 *                        ready
 *   100..199    refused  who is asking is not established                HTTP 401
 *   200..299    denied   who is asking is known, and may not             HTTP 403
 *   300..399    oauth    the token endpoint's error                      HTTP 400
 */
typedef int32_t fnt_status;

enum {
    /** yes, or done */
    FNT_OK = 0,

    /** NULL, empty or out of range where it must not be; an impossible now */
    FNT_FAULT_ARGUMENT = 1,
    /** an allocation failed; nothing changed */
    FNT_FAULT_MEMORY = 2,
    /** a setting was changed after first use */
    FNT_FAULT_STATE = 3,
    /** not in this build or this version: an algorithm, option, claim or form */
    FNT_FAULT_UNSUPPORTED = 4,
    /** the source of random bytes failed */
    FNT_FAULT_RANDOM = 5,
    /** the crypto library failed in a way that says nothing about the input */
    FNT_FAULT_CRYPTO = 6,
    /** key text is malformed, weak, the wrong half, or holds nothing usable */
    FNT_FAULT_KEY = 7,
    /** an IAM object is malformed or asks for what is not supported (Deny); a list of revocations
     *  is malformed */
    FNT_FAULT_IAM = 8,
    /** a claim or pattern given by the program is malformed */
    FNT_FAULT_PATTERN = 9,
    /** the caller's buffer is too small */
    FNT_FAULT_SPACE = 10,
    /** no keys yet, or no IAM rules yet */
    FNT_FAULT_NOT_READY = 11,
    /** the cache does not know: ask fnt_authorize where it may take a millisecond */
    FNT_FAULT_NOT_CACHED = 12,
    /** fnt_refresh: not now */
    FNT_FAULT_TOO_SOON = 13,
    /** a dry run's yes: of use to a person, never a yes to a request */
    FNT_WOULD_ALLOW = 90,
    /** a dry run's no */
    FNT_WOULD_DENY = 91,

    /** no header at all: ask for a token */
    FNT_REFUSED_NO_TOKEN = 100,
    /** not "Bearer", or not exactly one token */
    FNT_REFUSED_HEADER = 101,
    /** longer than FNT_OPT_MAX_BYTES; its header beyond FNT_OPT_MAX_HEADER_BYTES or
     *  FNT_OPT_MAX_HEADER_NAMES; kid or iss beyond 2048 bytes */
    FNT_REFUSED_SIZE = 102,
    /** not a strict compact JWS: its parts, base64url or JSON */
    FNT_REFUSED_MALFORMED = 103,
    /** alg is not allowed, is "none", is not what the key may do, or is not in this build */
    FNT_REFUSED_ALGORITHM = 104,
    /** crit, b64 or zip: an extension that is not understood */
    FNT_REFUSED_CRITICAL = 105,
    /** typ says that it was made for something else */
    FNT_REFUSED_TYPE = 106,
    /** no key for this kid, and none that came without a kid verifies it: refresh the keyset
     *  (fnt_refresh), ask again */
    FNT_REFUSED_KEY_UNKNOWN = 107,
    /** the signature is not right */
    FNT_REFUSED_SIGNATURE = 108,
    /** iss is another one */
    FNT_REFUSED_ISSUER = 109,
    /** aud: the token was made for someone else */
    FNT_REFUSED_AUDIENCE = 110,
    /** exp is past */
    FNT_REFUSED_EXPIRED = 111,
    /** nbf or iat lies in the future */
    FNT_REFUSED_NOT_YET = 112,
    /** older or longer-lived than the settings allow */
    FNT_REFUSED_AGE = 113,
    /** a required claim is missing, or a claim is of the wrong type */
    FNT_REFUSED_CLAIM = 114,
    /** genuine, but an OpenFaaS API token, not a Function Token */
    FNT_REFUSED_API_TOKEN = 115,
    /** genuine, but an ID token or access token */
    FNT_REFUSED_OTHER_TOKEN = 116,
    /** genuine, and withdrawn before its time; also of a subject token, in the report */
    FNT_REFUSED_REVOKED = 117,
    /** cnf: the token belongs to whoever holds a key, and that was not shown */
    FNT_REFUSED_BINDING = 118,

    /** no pattern of function.permissions covers the resource */
    FNT_DENIED_PERMISSION = 200,
    /** function.audience is narrower */
    FNT_DENIED_AUDIENCE = 201,
    /** the resource to be checked is not NAMESPACE:NAME */
    FNT_DENIED_RESOURCE = 202,
    /** the request path names no function, or can be read in two ways */
    FNT_DENIED_PATH = 203,

    /** invalid_request: the form is malformed */
    FNT_OAUTH_REQUEST = 300,
    /** unsupported_grant_type */
    FNT_OAUTH_GRANT_TYPE = 301,
    /** invalid_scope */
    FNT_OAUTH_SCOPE = 302,
    /** invalid_request (RFC 8693, 2.2.2): subject token refused; see report */
    FNT_OAUTH_SUBJECT = 303,
    /** the same, issuer trusted but key not known: refresh, ask again */
    FNT_OAUTH_SUBJECT_KEY = 304,
    /** invalid_request (RFC 8693, 2.2.2): no role matches or may invoke */
    FNT_OAUTH_NO_ROLE = 305,
    /** invalid_target (RFC 8693, 2.2.2): an audience outside the permissions */
    FNT_OAUTH_TARGET = 306
};

/**
 * [any] The HTTP status to answer a request with: 200, 400, 401, 403, 500 or 503.
 *
 * @param status  any value; one that this version does not know is answered by its range, else with
 *                500
 */
FNT_API int32_t fnt_status_http(fnt_status status);

/**
 * [any] One stable word, for logs, metrics and scripts: "expired". Never NULL; "unknown" for
 * unknown values.
 *
 * @param status  any value
 */
FNT_API const char *fnt_status_name(fnt_status status);

/**
 * [any] One English sentence for a person, without details: "The token has expired: get a new one."
 * It may be shown to the caller, as it gives nothing away. Never NULL. Its wording may change
 * between versions.
 *
 * @param status  any value
 */
FNT_API const char *fnt_status_sentence(fnt_status status);

/**
 * [any] The error code to send: of RFC 6750, 3.1 ("invalid_token") for refused and denied, of RFC
 * 6749, 5.2 and RFC 8693, 2.2.2 ("invalid_request") for oauth. NULL where none belongs: yes,
 * faults, no token at all. One of a newer version is answered by its range: invalid_token,
 * insufficient_scope, invalid_request.
 *
 * @param status  any value
 */
FNT_API const char *fnt_status_oauth(fnt_status status);

/**
 * [any] The value of WWW-Authenticate (RFC 6750, 3) to send with this status, in the spelling that
 * faas-cli and go-sdk understand: Bearer realm="IAM function invoke", error="invalid_token". Static
 * text; the error is fnt_status_oauth's, and left out where that is NULL. NULL where
 * fnt_status_http is not 401.
 *
 * @param status  any value
 */
FNT_API const char *fnt_status_challenge(fnt_status status);

/** Forms of fnt_escape. */
enum {
    /** for people and logs: "\n", "\u{202e}", "\xff" */
    FNT_ESCAPE_PLAIN = 1801,
    /** for the inside of a JSON string (RFC 8259, 7); what is no UTF-8 becomes U+FFFD */
    FNT_ESCAPE_JSON = 1802,
    /** for a header's value: visible ASCII, the rest and % percent-encoded (RFC 3986, 2.1) */
    FNT_ESCAPE_HEADER = 1803
};

/**
 * [any] Text out of a token as it may be shown: control, bidirectional and invisible characters and
 * what is no UTF-8 are spelt out, quotes and backslashes escaped where the form wants it. Absent
 * text is like empty text.
 *
 * @param text      any bytes
 * @param form      FNT_ESCAPE_...
 * @param buf       where it goes, with a NUL behind it; may be NULL where buf_size is 0, to ask for
 *                  the size. Never filled in part: it holds an empty string unless all fits
 * @param buf_size  its size in bytes; 8 for each byte of text and one more always suffice
 * @param out_len   the length of what was written, without the NUL; on FNT_FAULT_SPACE the smallest
 *                  buf_size that suffices, with the NUL
 *
 * @retval FNT_OK                 written
 * @retval FNT_FAULT_ARGUMENT     out_len is NULL, or buf is and buf_size is not 0
 * @retval FNT_FAULT_SPACE        buf is too small
 * @retval FNT_FAULT_UNSUPPORTED  an unknown form
 */
FNT_TRY fnt_status fnt_escape(const char *text, size_t len, int32_t form, char *buf,
                              size_t buf_size, size_t *out_len);

/** [any] The version of the library that is running, "0.1.0". */
FNT_API const char *fnt_version(void);

/**
 * [any] What this build can do, as words one space apart: "mbedtls-3.6.2 ES256 RS256". First the
 * crypto library, then its algorithms. Newer versions add words; look for the word you need, pass
 * over the others.
 */
FNT_API const char *fnt_capabilities(void);

/**
 * [any] Releases text that came through a char **out. Its length is remembered, and all of it is
 * wiped.
 *
 * @param text  may be NULL
 */
FNT_API void fnt_free(char *text);

/* ---- 2. Report: why ---------------------------------------------------------
 *
 * A list of entries, the same for errors, decisions, dry runs and lint. Entry 0 sums up; each entry
 * has a sentence, and the other fields where they make sense. The call that takes a report empties
 * it first. Running out of memory shortens it and changes nothing else.
 *
 * It never holds a token or a key. Of claims it holds iss, sub, aud, azp, typ, kid, jti and the
 * times; others only after fnt_iam_simulate. All text is escaped: no line break, control or
 * bidirectional character of a claim gets through. A sentence shows at most 256 bytes of a value; a
 * path is never cut.
 *
 * A report has at most 1 MiB of text, and 256 entries of a decision, 1,000 of a load, a lint or an
 * fnt_iam_simulate without a resource. Where there is more, errors are kept before warnings, both
 * before all else, and the last entry says how many are missing. How many errors and warnings there
 * were, whatever was left out, is in entry 0: FNT_FIELD_ERRORS and FNT_FIELD_WARNINGS. */

/** A report: made once, used for one call after the other, by one thread at a time. */
typedef struct fnt_report fnt_report;

/** The fields of an entry; behind each, its name in fnt_report_json. */
enum {
    /** "sentence": what to tell a person; in every entry */
    FNT_FIELD_SENTENCE = 1001,
    /** "kind": summary, error, warning, note, subject, role, statement, pattern, condition, key or
     *  grant; in every entry */
    FNT_FIELD_KIND = 1002,
    /** "outcome": matched, failed, missing, wrong-type, skipped or decided */
    FNT_FIELD_OUTCOME = 1003,
    /** "status": a status name; behind FNT_OAUTH_SUBJECT, the precise one */
    FNT_FIELD_STATUS = 1004,
    /** "rule": the name of lint's rule, shared-client-id */
    FNT_FIELD_RULE = 1005,
    /** "path": JSON pointer into the given text, /3/spec/statement/0/effect */
    FNT_FIELD_PATH = 1006,
    /** "issuer": iss, of a token or a JwtIssuer */
    FNT_FIELD_ISSUER = 1007,
    /** "subject": sub */
    FNT_FIELD_SUBJECT = 1008,
    /** "kid": the id of the key that verified a token, before that the header's kid; of a key */
    FNT_FIELD_KEY_ID = 1009,
    /** "role": metadata.name of a Role */
    FNT_FIELD_ROLE = 1010,
    /** "policy": metadata.name of a Policy */
    FNT_FIELD_POLICY = 1011,
    /** "sid": of a Policy's statement */
    FNT_FIELD_SID = 1012,
    /** "resource": what was to be called, NAMESPACE:NAME */
    FNT_FIELD_RESOURCE = 1013,
    /** "pattern": the permission or audience that was looked at */
    FNT_FIELD_PATTERN = 1014,
    /** "claim": a claim's name, or the pointer to it */
    FNT_FIELD_CLAIM = 1015,
    /** "operator": of a condition, StringEqual */
    FNT_FIELD_OPERATOR = 1016,
    /** "expected": what the condition or setting asks for */
    FNT_FIELD_EXPECTED = 1017,
    /** "actual": what was found, of the claims named above */
    FNT_FIELD_ACTUAL = 1018,
    /** "jti": of the token that was judged, or issued */
    FNT_FIELD_TOKEN_ID = 1019,
    /** "errors": how many fnt_iam_new, fnt_iam_new_in, fnt_iam_lint or fnt_revoked_parse found,
     *  also those that have no entry; decimal, in entry 0. A refusal without an error counts as
     *  one */
    FNT_FIELD_ERRORS = 1022,
    /** "warnings": as "errors" */
    FNT_FIELD_WARNINGS = 1023
};

/**
 * [any] Makes an empty report.
 *
 * @param out  the report, owned
 *
 * @retval FNT_OK              made
 * @retval FNT_FAULT_ARGUMENT  out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_report_new(fnt_report **out);

/** How much a report holds, for fnt_report_level. */
enum {
    /** entry 0 alone. Of a refused exchange its sentence still names what came closest */
    FNT_REPORT_SUMMARY = 1901,
    /** and what decided: the roles that matched, what became of their policies and statements,
     *  what was granted; where no role matched, the one that came closest; the pattern that covers
     *  a resource; the subject token; all that loading and linting find */
    FNT_REPORT_DECISION = 1902,
    /** and what was looked at in vain: the roles that did not match, and why; the patterns that do
     *  not cover the resource. The default */
    FNT_REPORT_FULL = 1903
};

/**
 * [own] How much a report is to hold, from the next call that takes it on. It changes no answer,
 * only the work of writing what nobody reads.
 *
 * @param report  the report
 * @param level   FNT_REPORT_...
 *
 * @retval FNT_OK                 set
 * @retval FNT_FAULT_ARGUMENT     report is NULL
 * @retval FNT_FAULT_UNSUPPORTED  an unknown level; the report's own stays
 */
FNT_TRY fnt_status fnt_report_level(fnt_report *report, int32_t level);

/**
 * [own] One field of one entry, borrowed; NULL where there is no such entry or field. To walk a
 * report, ask for the sentence of entries 0, 1, 2 and so on until it is NULL.
 *
 * @param report  may be NULL
 * @param entry   0 is the summary
 * @param field   FNT_FIELD_...
 * @param len     length in bytes, 0 where NULL is returned; may be NULL
 */
FNT_API const char *fnt_report_text(const fnt_report *report, size_t entry, int32_t field,
                                    size_t *len);

/**
 * [own] All of a report as one JSON array (RFC 8259) with an object an entry, its members strings
 * named as the fields are. Newer versions may add members; none changes its meaning.
 *
 * @param report   the report
 * @param out      the JSON, owned
 * @param out_len  its length in bytes
 *
 * @retval FNT_OK              written
 * @retval FNT_FAULT_ARGUMENT  a NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_report_json(const fnt_report *report, char **out, size_t *out_len);

/** [own] @param report  may be NULL */
FNT_API void fnt_report_free(fnt_report *report);

/* ---- 3. Keys ----------------------------------------------------------------
 *
 * A keyset verifies and holds public keys; a key signs and holds one private half. They are two
 * types, so that publishing a private half, or signing with public keys, does not compile. RSA keys
 * have 2048 to 8192 bits, EC points lie on their curve, HS* secrets are at least as long as the
 * hash; what does not is never used. */

/** Keys to verify with. Holds no private half. Immutable. */
typedef struct fnt_keyset fnt_keyset;
/** A private key (or HS* secret) to sign with, and the one algorithm that it signs. Immutable. */
typedef struct fnt_key fnt_key;

/** Signature algorithms (RFC 7518, 3.1; RFC 8037): bits, so that FNT_OPT_ALGORITHMS can hold
 *  several. */
enum {
    /** ECDSA, P-256, SHA-256: what Function Tokens are signed with */
    FNT_ES256 = 1,
    /** ECDSA, P-384, SHA-384 */
    FNT_ES384 = 2,
    /** ECDSA, P-521, SHA-512 */
    FNT_ES512 = 4,
    /** RSA, PKCS#1 v1.5, SHA-256 */
    FNT_RS256 = 8,
    /** RSA, PKCS#1 v1.5, SHA-384 */
    FNT_RS384 = 16,
    /** RSA, PKCS#1 v1.5, SHA-512 */
    FNT_RS512 = 32,
    /** RSA, PSS, SHA-256 */
    FNT_PS256 = 64,
    /** RSA, PSS, SHA-384 */
    FNT_PS384 = 128,
    /** RSA, PSS, SHA-512 */
    FNT_PS512 = 256,
    /** HMAC, SHA-256: one secret signs and verifies; only where asked for, twice */
    FNT_HS256 = 512,
    /** HMAC, SHA-384 */
    FNT_HS384 = 1024,
    /** HMAC, SHA-512 */
    FNT_HS512 = 2048,
    /** Ed25519, under both its names (RFC 8037, RFC 9864); not in every build */
    FNT_EDDSA = 4096
};

/** Flags of fnt_keyset_parse. */
enum {
    /** take "oct" keys (HS*), which are skipped otherwise */
    FNT_ALLOW_SYMMETRIC = 1
};

/**
 * [any] Reads keys to verify with: a JWKS or one JWK (RFC 7517), or any number of PEM blocks one
 * after another (RFC 7468: SEC1, PKCS#1, PKCS#8, SPKI or X.509 certificate; public or private).
 * Private halves are dropped. A map of kids to PEM texts is read as well, and of a JWK without
 * numbers its certificate (x5c).
 *
 * A key that cannot be used (unknown kty, alg or curve, `use` other than sig, off the curve) is
 * skipped. One that this build has no algorithm for is too, and its tokens are answered with
 * FNT_REFUSED_ALGORITHM. A key without a kid, as all of PEM are, has its RFC 7638 thumbprint for
 * one. Besides, such keys are tried, the first four that fit the token's alg, where no key has the
 * token's kid, or it has none.
 *
 * kid, use, alg and key_ops that are null or empty count as missing, and n, e, x and y may be
 * standard base64, padded, and n begin with zero bytes; each with a note.
 *
 * @param text    the keys, at most 1000 in 1 MiB; required
 * @param flags   0 or FNT_ALLOW_SYMMETRIC
 * @param out     the keyset, owned
 * @param report  each key that was skipped, each private half that was dropped, each key that came
 *                without a kid, and why
 *
 * @retval FNT_OK                 there is at least one usable key
 * @retval FNT_FAULT_ARGUMENT     no text, out is NULL, or flags holds an unknown bit
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_FAULT_UNSUPPORTED  nothing is wrong with any of the keys, but this build has the
 *                                algorithm of none
 * @retval FNT_FAULT_RANDOM       no random bytes, which reading a private half may need
 * @retval FNT_FAULT_CRYPTO       the crypto library failed
 * @retval FNT_FAULT_KEY          malformed, nothing usable, or two keys that share a kid and an
 *                                algorithm
 */
FNT_TRY fnt_status fnt_keyset_parse(const char *text, size_t len, int32_t flags, fnt_keyset **out,
                                    fnt_report *report);

/**
 * [any] The keyset as a JWKS (RFC 7517, 5), to publish. Holds no secret: HS* keys are left out.
 *
 * @param keyset   the keys
 * @param out      the JSON, owned
 * @param out_len  its length in bytes
 *
 * @retval FNT_OK              written
 * @retval FNT_FAULT_ARGUMENT  a NULL
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_CRYPTO    the crypto library failed
 */
FNT_TRY fnt_status fnt_keyset_jwks(const fnt_keyset *keyset, char **out, size_t *out_len);

/** [any] @param keyset  may be NULL */
FNT_API void fnt_keyset_free(fnt_keyset *keyset);

/** Forms of fnt_key_export. */
enum {
    /** the whole key, not encrypted: for a file that its owner alone can read */
    FNT_PRIVATE_PEM = 1401,
    /** the public half, SPKI */
    FNT_PUBLIC_PEM = 1402,
    /** the public half, one JWK with kid, use and alg */
    FNT_PUBLIC_JWK = 1403
};

/**
 * [any] Reads one key to sign with: a private JWK, or PEM with exactly one private block.
 *
 * @param text       the key; required
 * @param algorithm  exactly one FNT_ES256 ..., or 0: as the JWK says, else as the curve demands,
 *                   RS256 for RSA
 * @param out        the key, owned
 * @param report     what is wrong with it; a public key and an encrypted PEM are called by their
 *                   names
 *
 * @retval FNT_OK                 it can sign
 * @retval FNT_FAULT_ARGUMENT     no text, or out is NULL
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_FAULT_UNSUPPORTED  algorithm is not one that this build has
 * @retval FNT_FAULT_RANDOM       no random bytes
 * @retval FNT_FAULT_CRYPTO       the crypto library failed
 * @retval FNT_FAULT_KEY          malformed, weak, public, encrypted, or does not fit the algorithm
 */
FNT_TRY fnt_status fnt_key_parse(const char *text, size_t len, int32_t algorithm, fnt_key **out,
                                 fnt_report *report);

/**
 * [any] Makes a new key: EC on the algorithm's curve, RSA with 2048 bits and exponent 65537.
 *
 * @param algorithm  exactly one FNT_ES256 ...
 * @param out        the key, owned
 *
 * @retval FNT_OK                 made
 * @retval FNT_FAULT_ARGUMENT     out is NULL
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_FAULT_UNSUPPORTED  algorithm is not exactly one that this build has
 * @retval FNT_FAULT_RANDOM       no random bytes
 * @retval FNT_FAULT_CRYPTO       the crypto library failed
 */
FNT_TRY fnt_status fnt_key_generate(int32_t algorithm, fnt_key **out);

/**
 * [any] The key's id, borrowed: the kid of its JWK, else its thumbprint (RFC 7638, SHA-256,
 * base64url).
 *
 * @param key  NULL is answered with NULL
 * @param len  length in bytes; may be NULL
 */
FNT_API const char *fnt_key_id(const fnt_key *key, size_t *len);

/**
 * [any] Writes a key out.
 *
 * @param key      the key
 * @param form     FNT_PRIVATE_PEM, FNT_PUBLIC_PEM or FNT_PUBLIC_JWK
 * @param out      the text, owned; fnt_free wipes it
 * @param out_len  its length in bytes
 *
 * @retval FNT_OK                 written
 * @retval FNT_FAULT_ARGUMENT     a NULL
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_FAULT_UNSUPPORTED  an unknown form, or a private PEM of an HS* secret, which has none
 * @retval FNT_FAULT_CRYPTO       the crypto library failed
 * @retval FNT_FAULT_KEY          an HS* secret, which has no public half
 */
FNT_TRY fnt_status fnt_key_export(const fnt_key *key, int32_t form, char **out, size_t *out_len);

/** [any] Wipes and releases. @param key  may be NULL */
FNT_API void fnt_key_free(fnt_key *key);

/** Flags of fnt_discovery. */
enum {
    /** http is allowed for the host that the caller named (a gateway inside the cluster) */
    FNT_DISCOVERY_HTTP = 1
};

/**
 * [any] Reads a discovery document (OpenID Connect Discovery 1.0, 3; RFC 8414, 2): whose it is, and
 * where that issuer's keys are. It fetches nothing, and whether to go where it points is the
 * caller's to decide. A URL here is http or https, in lower case, "://", a host of letters, digits,
 * hyphens and dots or an IPv6 address in brackets, a port or none, and a path; a user part,
 * backslash, white space, control character, fragment, percent sign in the host, or more than 2048
 * bytes is refused.
 *
 * @param json          the document, at most 1 MiB; required
 * @param address       the URL where it was fetched; (NULL, 0): the caller asks one fixed place
 *                      whatever it says and takes the path of jwks_uri there: any http or https URL
 *                      is answered. Empty is not absent, and refused
 * @param issuer        whose it must be, byte for byte; (NULL, 0): the document's own counts, for a
 *                      program that was given a gateway's address and nothing else. Empty is not
 *                      absent, and refused
 * @param flags         0 or FNT_DISCOVERY_HTTP
 * @param jwks_uri      the URL of its keys, owned: https, or http where address is http: from
 *                      loopback (localhost, 127.0.0.0/8, [::1]) to loopback, or the same host and
 *                      port with FNT_DISCOVERY_HTTP
 * @param jwks_uri_len  its length in bytes
 * @param found         the document's issuer, owned; without white space or control characters
 * @param found_len     its length in bytes
 * @param report        what was found instead
 *
 * @retval FNT_OK              read
 * @retval FNT_FAULT_ARGUMENT  no text, an address or issuer that is empty, an address that is no
 *                             URL, an out is NULL, or flags holds an unknown bit
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_KEY       malformed, another issuer, or no jwks_uri as above
 */
FNT_TRY fnt_status fnt_discovery(const char *json, size_t len, const char *address,
                                 size_t address_len, const char *issuer, size_t issuer_len,
                                 int32_t flags, char **jwks_uri, size_t *jwks_uri_len, char **found,
                                 size_t *found_len, fnt_report *report);

/** What happened, for fnt_refresh. */
enum {
    /** nothing: a timer, every few seconds */
    FNT_REFRESH_TICK = 1601,
    /** a FNT_REFUSED_KEY_UNKNOWN or FNT_OAUTH_SUBJECT_KEY */
    FNT_REFRESH_UNKNOWN = 1602,
    /** keys were fetched and set */
    FNT_REFRESH_DONE = 1603,
    /** they could not be fetched, or were of no use */
    FNT_REFRESH_FAILED = 1604
};

/**
 * [own] Whether to fetch an issuer's keys now: one fetch at a time; every so often; at once for an
 * unknown key, but only four times and then once in 15 s, so that a stranger can neither make us
 * fetch nor use up what a rotation needs; after a failure in 1, 2, 4 ... 60 s. It fetches nothing.
 * A fetch whose end was not told within 60 s counts as failed. A clock that is set back is noticed.
 *
 * @param state    eight numbers of the caller's for each issuer, all 0 at first; what is in them is
 *                 the library's
 * @param event    FNT_REFRESH_...; never answered with FNT_OK: DONE and FAILED
 * @param every    seconds from one fetch to the next, and so the longest that a key lives which was
 *                 withdrawn; 1..86400
 * @param max_age  seconds for which keys may be used when they can't be fetched any more;
 *                 every..31536000
 * @param now      the time, in seconds
 *
 * @retval FNT_OK                 fetch now, and tell how it ended
 * @retval FNT_FAULT_ARGUMENT     state is NULL, every or max_age is out of range, or an impossible
 *                                now
 * @retval FNT_FAULT_UNSUPPORTED  an unknown event
 * @retval FNT_FAULT_NOT_READY    not now, and the keys are older than max_age: take them away (NULL
 *                                keyset)
 * @retval FNT_FAULT_TOO_SOON     not now
 */
FNT_TRY fnt_status fnt_refresh(int64_t state[8], int32_t event, int64_t every, int64_t max_age,
                               int64_t now);

/* ---- 4. Verifier, token, decision -------------------------------------------
 *
 * A verifier holds what a token is measured by: one issuer, one audience, the current keys,
 * settings. It gives out a fnt_token only where signature, issuer, audience and time were right,
 * and only such a token, or the verifier itself, answers "may they?". It may cache: a token seen
 * before then costs no signature check. */

/** One issuer, one audience, the current keys, a cache. */
typedef struct fnt_verifier fnt_verifier;
/** A verified token. Immutable. */
typedef struct fnt_token fnt_token;

/** Settings, of a verifier [v], a token service [s] or both, with range and default; then
 *  statistics. */
enum {
    /** [v, s] seconds of grace for exp and nbf; 0..300, default 1. Every iat gets 60, a subject
     *  token's nbf at least 60 */
    FNT_OPT_LEEWAY = 1201,
    /** [v, s] most seconds since iat, which is then required; 0..31536000, default 0: any */
    FNT_OPT_MAX_AGE = 1202,
    /** [v, s] most seconds from iat, then required, to exp; 0..31536000, default 0: any */
    FNT_OPT_MAX_LIFETIME = 1203,
    /** [v, s] longest token; 1..1048576, default 16384. A form may have three times that and
     *  16384 more */
    FNT_OPT_MAX_BYTES = 1204,
    /** [v, s] FNT_ES256 | ..., of those that this build has; v: default FNT_ES256, s: every
     *  asymmetric one */
    FNT_OPT_ALGORITHMS = 1205,
    /** [v] 1: fnt_verify also yields tokens without "function", and access tokens (typ at+jwt),
     *  whatever is in them; neither ever authorises. A token of typ JWT, or without typ, that has a
     *  "function" claim is a Function Token, whoever put it there: where the issuer is an identity
     *  provider, a claim of its own by that name would decide what its users may call. So leave
     *  function calls to a verifier of the gateway's issuer. Default 0 */
    FNT_OPT_ANY_KIND = 1206,
    /** [v] most tokens in the cache; 0..1048576, default 0: no cache */
    FNT_OPT_CACHE_ENTRIES = 1207,
    /** [v] most bytes of memory that its entries take; default 0: 4096 for each of
     *  FNT_OPT_CACHE_ENTRIES */
    FNT_OPT_CACHE_BYTES = 1208,
    /** [s] most seconds that what it issues may live; 1..31536000, default 43200 */
    FNT_OPT_MAX_TTL = 1209,
    /** [s] 1: nothing outlives the subject token; default 0 */
    FNT_OPT_CAP_AT_SUBJECT = 1210,
    /** [s] 1: takes a Function Token, to make a narrower one; default 0 */
    FNT_OPT_NARROWING = 1211,
    /** [v, s] longest header of a token, in bytes of JSON; 64..1048576, default 4096, which also
     *  holds where no option can be set. It is read before anybody knows who wrote it */
    FNT_OPT_MAX_HEADER_BYTES = 1213,
    /** [v, s] most names in it, at any depth; 1..1000, default 32, as above */
    FNT_OPT_MAX_HEADER_NAMES = 1214,

    /** [v] read only: answers out of the cache */
    FNT_STAT_CACHE_HITS = 1300,
    /** [v] read only: tokens that had to be verified */
    FNT_STAT_CACHE_MISSES = 1301,
    /** [v] read only: tokens in the cache now */
    FNT_STAT_CACHE_ENTRIES = 1302,
    /** [v] read only: bytes of memory that it takes now */
    FNT_STAT_CACHE_BYTES = 1303,
    /** [v] read only: tokens that were evicted for others */
    FNT_STAT_CACHE_EVICTIONS = 1304
};

/**
 * [any] Makes a verifier.
 *
 * @param issuer    what iss must be, byte for byte; required
 * @param audience  what aud must be or hold; (NULL, 0) means the issuer, as OpenFaaS has it; empty
 *                  is not absent, and refused
 * @param keyset    shared; NULL: FNT_FAULT_NOT_READY to everything until fnt_verifier_set_keyset
 * @param out       the verifier, owned
 *
 * @retval FNT_OK              made
 * @retval FNT_FAULT_ARGUMENT  no issuer, an audience that is empty, or out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_verifier_new(const char *issuer, size_t issuer_len, const char *audience,
                                    size_t audience_len, const fnt_keyset *keyset,
                                    fnt_verifier **out);

/**
 * [own] Changes a setting, before the first call that judges a token. (One that is answered with
 * FNT_FAULT_NOT_READY judges none.)
 *
 * @param verifier  the verifier
 * @param option    FNT_OPT_...
 * @param value     in the option's unit
 *
 * @retval FNT_OK                 set
 * @retval FNT_FAULT_ARGUMENT     verifier is NULL, or value is out of the option's range
 * @retval FNT_FAULT_MEMORY       no memory for the cache
 * @retval FNT_FAULT_STATE        the verifier has been used
 * @retval FNT_FAULT_UNSUPPORTED  not an option of a verifier, or not in this build, as a cache or
 *                                an algorithm may be
 * @retval FNT_FAULT_RANDOM       no random bytes, which the cache needs: told here, never later
 */
FNT_TRY fnt_status fnt_verifier_set(fnt_verifier *verifier, int32_t option, int64_t value);

/**
 * [any] Replaces the keys. Calls that start later see only the new ones; those already running end
 * with the old. A cached token of a key that is no longer there counts no more; an equal keyset
 * empties nothing. No request waits longer for more keys or a fuller cache.
 *
 * @param verifier  the verifier
 * @param keyset    shared; NULL: FNT_FAULT_NOT_READY to everything
 *
 * @retval FNT_OK              replaced
 * @retval FNT_FAULT_ARGUMENT  verifier is NULL
 */
FNT_TRY fnt_status fnt_verifier_set_keyset(fnt_verifier *verifier, const fnt_keyset *keyset);

/** Tokens that are refused before their time. Never changes once made. */
typedef struct fnt_revoked fnt_revoked;

/**
 * [any] Reads a list of revocations: JSON Lines, one object a line, of these forms:
 *
 * @code
 *     {"jti": "6f1c..."}                                       one token
 *     {"kid": "k7Xz..."}                                       all that a key signed
 *     {"fed_iss": "https://idp.example.com", "sub": "alice"}   all that a user was issued
 * @endcode
 *
 * "iss" beside jti or kid: tokens of that issuer alone. A kid names the key that verified the token
 * (a key that came without a kid has its RFC 7638 thumbprint), and the kid in the token's header;
 * either one hits. fed_iss is an identity provider and sub its own subject, without "fed:"; they
 * hit what was issued to the user there and here. A token without fed:iss is hit by its sub alone.
 * "before": SECONDS beside them: only what was issued (iat) then or earlier, and what has no iat.
 *
 * "until": SECONDS beside any: after that second the entry no longer counts; for ever without it.
 * "why": STRING is for the operator, and appears in reports alone. Entries add up, and none hides
 * another. Empty lines are passed over; a text without entries revokes nothing.
 *
 * @param text    the list, at most 100000 entries in 16 MiB; (NULL, 0) has none
 * @param out     the list, owned
 * @param report  every error, with its line; another member is one
 *
 * @retval FNT_OK              read
 * @retval FNT_FAULT_ARGUMENT  out is NULL, or text is NULL with a length
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_IAM       an error, or beyond the limits
 */
FNT_TRY fnt_status fnt_revoked_parse(const char *text, size_t len, fnt_revoked **out,
                                     fnt_report *report);

/** [any] @param revoked  may be NULL; verifiers and services that it was given to keep it */
FNT_API void fnt_revoked_free(fnt_revoked *revoked);

/**
 * [any] Replaces the revocations. Calls that start later answer FNT_REFUSED_REVOKED to what is on
 * the list, out of the cache too; a cached token that is not on it costs no more than before, and
 * no request waits longer for a longer list. fnt_token_authorize knows no revocations.
 *
 * @param verifier  the verifier
 * @param revoked   shared; NULL: nothing is revoked
 *
 * @retval FNT_OK              replaced
 * @retval FNT_FAULT_ARGUMENT  verifier is NULL
 */
FNT_TRY fnt_status fnt_verifier_set_revoked(fnt_verifier *verifier, const fnt_revoked *revoked);

/**
 * [any] The value of a setting or statistic; -1 where there is no such number, or this build has no
 * cache.
 *
 * @param verifier  NULL is answered with -1
 * @param option    FNT_OPT_... or FNT_STAT_...
 */
FNT_API int64_t fnt_verifier_get(const fnt_verifier *verifier, int32_t option);

/** [any] @param verifier  may be NULL; tokens that it gave out stay valid */
FNT_API void fnt_verifier_free(fnt_verifier *verifier);

/**
 * [any] The whole check of one request, in one call: finds the token in the header (RFC 6750, 2.1),
 * verifies it (RFC 7515, 5.2; RFC 7519, 7.2) as a Function Token, and decides whether its
 * permissions and audience cover the resource. With a cache, a token seen before costs no second
 * signature check; with NULL for the report nothing is allocated then, and no lock is taken.
 *
 * @param verifier  the verifier
 * @param header    the value of Authorization as received; (NULL, 0) if there was none; several
 *                  joined by a comma, and so refused; empty is not absent: FNT_REFUSED_HEADER
 * @param resource  the function that is to be called, NAMESPACE:NAME; required
 * @param now       the time, in seconds
 * @param token     on FNT_OK who called, owned; may be NULL
 * @param report    the reason, and the patterns that decided or were looked at in vain
 *
 * @retval FNT_OK                   let the request in
 * @retval FNT_FAULT_ARGUMENT       verifier is NULL, no resource, or an impossible now
 * @retval FNT_FAULT_MEMORY         no memory
 * @retval FNT_FAULT_CRYPTO         the crypto library failed
 * @retval FNT_FAULT_NOT_READY      the verifier has no keys yet
 * @retval FNT_REFUSED_NO_TOKEN     no header
 * @retval FNT_REFUSED_HEADER       another scheme, or not exactly one token
 * @retval FNT_REFUSED_SIZE         longer than FNT_OPT_MAX_BYTES, or its header, kid or iss too
 *                                  long
 * @retval FNT_REFUSED_MALFORMED    not a strict compact JWS
 * @retval FNT_REFUSED_ALGORITHM    not in FNT_OPT_ALGORITHMS, not the key's, or not in this build
 * @retval FNT_REFUSED_CRITICAL     crit, b64 or zip in its header
 * @retval FNT_REFUSED_TYPE         typ is there and is not JWT (FNT_OPT_ANY_KIND: nor at+jwt)
 * @retval FNT_REFUSED_KEY_UNKNOWN  no key for its kid, or no kid and not exactly one key fits; and
 *                                  none that came without a kid verifies it
 * @retval FNT_REFUSED_SIGNATURE    not signed by that key
 * @retval FNT_REFUSED_ISSUER       another iss
 * @retval FNT_REFUSED_AUDIENCE     another aud
 * @retval FNT_REFUSED_EXPIRED      now >= exp + leeway
 * @retval FNT_REFUSED_NOT_YET      now < nbf - leeway, or iat lies further ahead than 60 s
 * @retval FNT_REFUSED_AGE          beyond FNT_OPT_MAX_AGE or FNT_OPT_MAX_LIFETIME
 * @retval FNT_REFUSED_CLAIM        iss, sub, aud or exp is missing, or a claim is of the wrong type
 * @retval FNT_REFUSED_API_TOKEN    an API token of OpenFaaS
 * @retval FNT_REFUSED_OTHER_TOKEN  another token without a "function" claim
 * @retval FNT_REFUSED_REVOKED      genuine, and on the list of fnt_verifier_set_revoked
 * @retval FNT_REFUSED_BINDING      cnf: it is bound to a key, and nobody showed that they hold it
 * @retval FNT_DENIED_PERMISSION    function.permissions does not cover the resource
 * @retval FNT_DENIED_AUDIENCE      function.audience does not cover it
 * @retval FNT_DENIED_RESOURCE      resource is not NAMESPACE:NAME
 */
FNT_TRY fnt_status fnt_authorize(fnt_verifier *verifier, const char *header, size_t header_len,
                                 const char *resource, size_t resource_len, int64_t now,
                                 fnt_token **token, fnt_report *report);

/**
 * [any] What fnt_authorize would answer, out of the cache alone. It checks no signature, allocates
 * nothing and takes no lock, so it may be called where nothing may wait: in an event loop, before a
 * pool of threads. What the header's form shows is refused here too. A token past its time is not
 * in the cache.
 *
 * @param verifier  the verifier
 * @param header    the value of Authorization as received; (NULL, 0) if there was none; empty is
 *                  not absent: FNT_REFUSED_HEADER
 * @param resource  the function that is to be called, NAMESPACE:NAME; required
 * @param now       the time, in seconds
 * @param token     on FNT_OK who called, owned; may be NULL
 *
 * @retval FNT_OK                   let the request in
 * @retval FNT_FAULT_ARGUMENT       verifier is NULL, no resource, or an impossible now
 * @retval FNT_FAULT_NOT_READY      the verifier has no keys yet
 * @retval FNT_FAULT_NOT_CACHED     not there, or no cache: ask fnt_authorize
 * @retval FNT_REFUSED_NO_TOKEN     no header
 * @retval FNT_REFUSED_HEADER       another scheme, or not exactly one token
 * @retval FNT_REFUSED_SIZE         longer than FNT_OPT_MAX_BYTES
 * @retval FNT_REFUSED_API_TOKEN    there, as FNT_OPT_ANY_KIND lets fnt_verify leave it there
 * @retval FNT_REFUSED_OTHER_TOKEN  the same, of another token without a "function" claim
 * @retval FNT_REFUSED_REVOKED      there, and revoked
 * @retval FNT_DENIED_PERMISSION    function.permissions does not cover the resource
 * @retval FNT_DENIED_AUDIENCE      function.audience does not cover it
 * @retval FNT_DENIED_RESOURCE      resource is not NAMESPACE:NAME
 */
FNT_TRY fnt_status fnt_authorize_cached(fnt_verifier *verifier, const char *header,
                                        size_t header_len, const char *resource,
                                        size_t resource_len, int64_t now, fnt_token **token);

/**
 * [any] The first half of fnt_authorize, for a token that came another way or is asked about many
 * resources. It answers who it is, and not yet what they may.
 *
 * @param verifier  the verifier
 * @param jws       the token alone; absent or empty is FNT_REFUSED_MALFORMED
 * @param now       the time, in seconds
 * @param out       the verified token, owned
 * @param report    the reason
 *
 * @retval FNT_OK                   verified
 * @retval FNT_FAULT_ARGUMENT       verifier or out is NULL, or an impossible now
 * @retval FNT_FAULT_MEMORY         no memory
 * @retval FNT_FAULT_CRYPTO         the crypto library failed
 * @retval FNT_FAULT_NOT_READY      the verifier has no keys yet
 * @retval FNT_REFUSED_SIZE         longer than FNT_OPT_MAX_BYTES, or its header, kid or iss too
 *                                  long
 * @retval FNT_REFUSED_MALFORMED    not a strict compact JWS
 * @retval FNT_REFUSED_ALGORITHM    not in FNT_OPT_ALGORITHMS, not the key's, or not in this build
 * @retval FNT_REFUSED_CRITICAL     crit, b64 or zip in its header
 * @retval FNT_REFUSED_TYPE         typ is there and is not JWT (FNT_OPT_ANY_KIND: nor at+jwt)
 * @retval FNT_REFUSED_KEY_UNKNOWN  no key for its kid, or no kid and not exactly one key fits; and
 *                                  none that came without a kid verifies it
 * @retval FNT_REFUSED_SIGNATURE    not signed by that key
 * @retval FNT_REFUSED_ISSUER       another iss
 * @retval FNT_REFUSED_AUDIENCE     another aud
 * @retval FNT_REFUSED_EXPIRED      now >= exp + leeway
 * @retval FNT_REFUSED_NOT_YET      now < nbf - leeway, or iat lies further ahead than 60 s
 * @retval FNT_REFUSED_AGE          beyond FNT_OPT_MAX_AGE or FNT_OPT_MAX_LIFETIME
 * @retval FNT_REFUSED_CLAIM        iss, sub, aud or exp is missing, or a claim is of the wrong type
 * @retval FNT_REFUSED_API_TOKEN    an API token of OpenFaaS; with FNT_OPT_ANY_KIND it is FNT_OK
 * @retval FNT_REFUSED_OTHER_TOKEN  another token without a "function" claim; with FNT_OPT_ANY_KIND
 *                                  FNT_OK, as is an access token (typ at+jwt) with one
 * @retval FNT_REFUSED_REVOKED      genuine, and on the list of fnt_verifier_set_revoked
 * @retval FNT_REFUSED_BINDING      a Function Token with cnf, whatever FNT_OPT_ANY_KIND says
 */
FNT_TRY fnt_status fnt_verify(fnt_verifier *verifier, const char *jws, size_t jws_len, int64_t now,
                              fnt_token **out, fnt_report *report);

/**
 * [any] The second half of fnt_authorize. It looks at the time again, with the verifier's leeway,
 * and not at the keys or at revocations: hold a token for a request, not for a day.
 *
 * @param token     from fnt_verify or fnt_authorize
 * @param resource  the function that is to be called, NAMESPACE:NAME; required
 * @param now       the time, in seconds
 * @param report    the patterns that decided or were looked at in vain
 *
 * @retval FNT_OK                   let the request in
 * @retval FNT_FAULT_ARGUMENT       token is NULL, no resource, or an impossible now
 * @retval FNT_FAULT_MEMORY         no memory
 * @retval FNT_REFUSED_EXPIRED      it has expired meanwhile
 * @retval FNT_REFUSED_NOT_YET      now is earlier than the token allows
 * @retval FNT_REFUSED_AGE          beyond FNT_OPT_MAX_AGE by now
 * @retval FNT_REFUSED_API_TOKEN    an API token, let through by FNT_OPT_ANY_KIND
 * @retval FNT_REFUSED_OTHER_TOKEN  another token, let through by FNT_OPT_ANY_KIND
 * @retval FNT_DENIED_PERMISSION    function.permissions does not cover the resource
 * @retval FNT_DENIED_AUDIENCE      function.audience does not cover it
 * @retval FNT_DENIED_RESOURCE      resource is not NAMESPACE:NAME
 */
FNT_TRY fnt_status fnt_token_authorize(const fnt_token *token, const char *resource,
                                       size_t resource_len, int64_t now, fnt_report *report);

/** Claims, for the getters of a token and for fnt_claims_add. (list): there may be several. */
enum {
    /** text: iss */
    FNT_CLAIM_ISSUER = 1101,
    /** text: sub */
    FNT_CLAIM_SUBJECT = 1102,
    /** text (list): aud */
    FNT_CLAIM_AUDIENCE = 1103,
    /** text (list): function.permissions, patterns */
    FNT_CLAIM_PERMISSION = 1104,
    /** text (list): function.audience, patterns */
    FNT_CLAIM_FUNCTION_AUDIENCE = 1105,
    /** text: fed:iss, the identity provider behind the subject */
    FNT_CLAIM_FED_ISSUER = 1106,
    /** text: jti; read only */
    FNT_CLAIM_ID = 1107,
    /** text: kid of the header, which need not name a key; read only */
    FNT_CLAIM_KEY_ID = 1108,
    /** text: all claims as they were signed; read only */
    FNT_CLAIM_JSON = 1109,
    /** text: "function", "api" or "other": what the token was verified as; read only */
    FNT_CLAIM_KIND = 1110,
    /** text (list): policy, of an API token; read only */
    FNT_CLAIM_POLICY = 1111,
    /** time: exp; read only */
    FNT_CLAIM_EXPIRES = 1120,
    /** time: nbf; read only */
    FNT_CLAIM_NOT_BEFORE = 1121,
    /** time: iat; read only */
    FNT_CLAIM_ISSUED = 1122
};

/**
 * [any] A claim's text, borrowed; NULL where it is absent, no text, or index is past the last. It
 * is as it was signed, and so may hold anything that UTF-8 can: fnt_escape it before it goes to a
 * log, header or terminal.
 *
 * @param token  may be NULL
 * @param claim  one of the text claims
 * @param index  0 for the first, or only, one
 * @param len    length in bytes, 0 where NULL is returned; may be NULL
 */
FNT_API const char *fnt_token_text(const fnt_token *token, int32_t claim, size_t index,
                                   size_t *len);

/**
 * [any] A claim's time in seconds; exp rounded down, nbf and iat rounded up (RFC 7519, 2 allows
 * fractions).
 *
 * @param token   may be NULL
 * @param claim   one of the time claims
 * @param absent  what to answer where there is none
 */
FNT_API int64_t fnt_token_time(const fnt_token *token, int32_t claim, int64_t absent);

/** [any] @param token  may be NULL */
FNT_API void fnt_token_free(fnt_token *token);

/* ---- 5. Without a verifier: looking, not deciding ---------------------------
 *
 * For tools, tests and error messages. Nothing here looks at an issuer, an audience or the time,
 * and none of the results is of a type that a decision takes. */

/**
 * [any] Finds the token in the value of an Authorization header (RFC 6750, 2.1): the scheme
 * "Bearer" in any case, one space or more, exactly one token.
 *
 * @param header   the value as received; (NULL, 0) if there was none; empty is not absent:
 *                 FNT_REFUSED_HEADER
 * @param jws      the token, pointing into header; no NUL behind it; not to be freed
 * @param jws_len  its length in bytes
 *
 * @retval FNT_OK                found; nothing is known about it yet
 * @retval FNT_FAULT_ARGUMENT    jws or jws_len is NULL
 * @retval FNT_REFUSED_NO_TOKEN  no header
 * @retval FNT_REFUSED_HEADER    another scheme, or not exactly one token
 */
FNT_TRY fnt_status fnt_bearer_token(const char *header, size_t header_len, const char **jws,
                                    size_t *jws_len);

/**
 * [any] What a token says, whoever wrote it, as JSON text:
 * {"header":{},"claims":{},"verified":false}.
 *
 * @param jws      the token
 * @param out      the JSON, owned
 * @param out_len  its length in bytes
 * @param report   what was sent instead of a token, where that can be told
 *
 * @retval FNT_OK                 written; nothing was verified
 * @retval FNT_FAULT_ARGUMENT     out or out_len is NULL
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_REFUSED_MALFORMED  not a strict compact JWS, or its parts are no JSON objects
 */
FNT_TRY fnt_status fnt_unverified_json(const char *jws, size_t jws_len, char **out, size_t *out_len,
                                       fnt_report *report);

/**
 * [any] Checks the signature of a compact JWS (RFC 7515, 5.2) and nothing else, with every
 * algorithm that the key itself allows. The payload need be no JSON.
 *
 * @param keyset   the keys
 * @param jws      the token
 * @param out      the payload's bytes, owned
 * @param out_len  how many
 * @param report   the reason
 *
 * @retval FNT_OK                   the signature is right; no claim and no time was looked at
 * @retval FNT_FAULT_ARGUMENT       keyset, out or out_len is NULL
 * @retval FNT_FAULT_MEMORY         no memory
 * @retval FNT_FAULT_CRYPTO         the crypto library failed
 * @retval FNT_REFUSED_MALFORMED    not a strict compact JWS
 * @retval FNT_REFUSED_ALGORITHM    not what the key may do
 * @retval FNT_REFUSED_CRITICAL     crit, b64 or zip in its header
 * @retval FNT_REFUSED_TYPE         typ is not a string
 * @retval FNT_REFUSED_KEY_UNKNOWN  no key for its kid, or no kid and not exactly one key fits; and
 *                                  none that came without a kid verifies it
 * @retval FNT_REFUSED_SIGNATURE    not signed by that key
 */
FNT_TRY fnt_status fnt_signature_only(const fnt_keyset *keyset, const char *jws, size_t jws_len,
                                      char **out, size_t *out_len, fnt_report *report);

/* ---- 6. Patterns and resources ----------------------------------------------
 *
 * A resource is NAMESPACE:NAME, each 1 to 63 lower-case letters, digits and inner hyphens. A
 * pattern is text in which * stands for any run of bytes, also none, also with a colon; nothing
 * else is special. A match covers the whole resource; case matters. Matching takes no more steps
 * than the patterns' text times the resource's. */

/** A list being written: permissions to compile, or a token to mint. */
typedef struct fnt_claims fnt_claims;
/** Permissions and audience, compiled. Immutable. */
typedef struct fnt_patterns fnt_patterns;

/**
 * [any] Makes an empty list.
 *
 * @param out  the list, owned
 *
 * @retval FNT_OK              made
 * @retval FNT_FAULT_ARGUMENT  out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_claims_new(fnt_claims **out);

/**
 * [own] Adds one text. Lists grow by one text a call: nothing in a text can make two of it.
 *
 * @param claims  the list
 * @param claim   FNT_CLAIM_ISSUER, _SUBJECT, _FED_ISSUER: once each;
 *                FNT_CLAIM_AUDIENCE, _PERMISSION, _FUNCTION_AUDIENCE: any number
 * @param text    what it says; required
 *
 * @retval FNT_OK                 added
 * @retval FNT_FAULT_ARGUMENT     claims is NULL, no text, or the claim is there already
 * @retval FNT_FAULT_MEMORY       no memory; the list is as before
 * @retval FNT_FAULT_UNSUPPORTED  a claim that is read only: jti is always random, kid is the key's,
 *                                times come from now and ttl; or one that is not known
 * @retval FNT_FAULT_PATTERN      text is not UTF-8, or holds a NUL
 */
FNT_TRY fnt_status fnt_claims_add(fnt_claims *claims, int32_t claim, const char *text, size_t len);

/** [own] @param claims  may be NULL */
FNT_API void fnt_claims_free(fnt_claims *claims);

/**
 * [any] One pattern against one resource, without a set.
 *
 * @param pattern   "dev:*"
 * @param resource  "dev:env"; required
 *
 * @retval FNT_OK                 it matches
 * @retval FNT_FAULT_ARGUMENT     no resource
 * @retval FNT_DENIED_PERMISSION  it does not match
 * @retval FNT_DENIED_RESOURCE    resource is not NAMESPACE:NAME
 */
FNT_TRY fnt_status fnt_pattern_match(const char *pattern, size_t pattern_len, const char *resource,
                                     size_t resource_len);

/**
 * [any] Compiles every FNT_CLAIM_PERMISSION and FNT_CLAIM_FUNCTION_AUDIENCE of a list, any number;
 * other claims are passed over.
 *
 * @param claims  the list; it is copied
 * @param out     the set, owned
 * @param report  nothing but its summary
 *
 * @retval FNT_OK              compiled
 * @retval FNT_FAULT_ARGUMENT  claims or out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_patterns_new(const fnt_claims *claims, fnt_patterns **out,
                                    fnt_report *report);

/**
 * [any] Whether a permission covers the resource, and an audience too, if there is any. No
 * permission permits nothing; no audience restricts nothing.
 *
 * @param patterns  the set
 * @param resource  NAMESPACE:NAME; required
 * @param report    the pattern that decided, or each that was looked at in vain
 *
 * @retval FNT_OK                 covered
 * @retval FNT_FAULT_ARGUMENT     patterns is NULL, or no resource
 * @retval FNT_DENIED_PERMISSION  no permission covers it
 * @retval FNT_DENIED_AUDIENCE    a permission does, and no audience does
 * @retval FNT_DENIED_RESOURCE    resource is not NAMESPACE:NAME
 */
FNT_TRY fnt_status fnt_patterns_permit(const fnt_patterns *patterns, const char *resource,
                                       size_t resource_len, fnt_report *report);

/** [any] @param patterns  may be NULL */
FNT_API void fnt_patterns_free(fnt_patterns *patterns);

/** Bytes that always suffice for fnt_resource_from_path. */
#define FNT_RESOURCE_MAX 256

/**
 * [any] The resource that a request path names: "/function/env.dev/x?y" is "dev:env",
 * "/function/env" is "env" in the default namespace, "/async-function/..." likewise. Refused is
 * what two parsers could read differently: a second dot or percent-encoding in the name, "..",
 * "//", ";" and NUL.
 *
 * @param path               as it stands in the request line, query included
 * @param default_namespace  (NULL, 0) means "openfaas-fn"; empty is not absent, and refused
 * @param buf                the resource, with no NUL behind it
 * @param buf_size           its size in bytes; FNT_RESOURCE_MAX is always enough
 * @param out_len            length of the resource in bytes
 * @param report             which part of the path is refused (FNT_FIELD_ACTUAL), its byte counted
 *                           from 0, and why; of a query the refused byte alone
 *
 * @retval FNT_OK              written
 * @retval FNT_FAULT_ARGUMENT  buf or out_len is NULL, or default_namespace cannot be a namespace
 * @retval FNT_FAULT_SPACE     buf_size is too small
 * @retval FNT_DENIED_PATH     no function, or not without doubt
 */
FNT_TRY fnt_status fnt_resource_from_path(const char *path, size_t path_len,
                                          const char *default_namespace,
                                          size_t default_namespace_len, char *buf, size_t buf_size,
                                          size_t *out_len, fnt_report *report);

/* ---- 7. IAM rules -----------------------------------------------------------
 *
 * JwtIssuer, Policy and Role objects (iam.openfaas.com/v1) say whose tokens are taken, and who may
 * what. They are read from JSON, all or nothing, into one immutable set: errors leave nothing half
 * in force. A caller that has YAML turns it into JSON first and resolves FNT_FIELD_PATH back to
 * file and line. */

/** A compiled set of IAM rules. Immutable. */
typedef struct fnt_iam fnt_iam;

/**
 * [any] Compiles the IAM objects of namespace openfaas, as OpenFaaS reads them.
 *
 * @param json    one JSON array (RFC 8259) of JwtIssuer, Policy and Role objects, at most 16 MiB.
 *                An object of kind List stands for its items; objects of other kinds and of other
 *                namespaces are noted and skipped; one without a namespace is of openfaas. Required
 * @param out     the set, owned
 * @param report  the errors, not the first alone, and the notes, with their FNT_FIELD_PATH; how
 *                many errors there are in FNT_FIELD_ERRORS
 *
 * @retval FNT_OK              compiled
 * @retval FNT_FAULT_ARGUMENT  no text, or out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_CRYPTO    the crypto library failed, at the digest
 * @retval FNT_FAULT_IAM       an error, malformed JSON and a text that is too long included
 */
FNT_TRY fnt_status fnt_iam_new(const char *json, size_t len, fnt_iam **out, fnt_report *report);

/**
 * [any] fnt_iam_new for other namespaces or sizes. Whoever may write to one of the namespaces makes
 * rules.
 *
 * @param namespaces  names with one space between them, or "*" for all; (NULL, 0) and empty mean
 *                    "openfaas". A Role finds the Policies of its own namespace
 * @param max_bytes   longest json; 1..1073741824, 0 means 16 MiB
 *
 * All else, and every status, as with fnt_iam_new, and
 * @retval FNT_FAULT_ARGUMENT  max_bytes is out of range, or namespaces are malformed
 */
FNT_TRY fnt_status fnt_iam_new_in(const char *json, size_t len, const char *namespaces,
                                  size_t namespaces_len, int64_t max_bytes, fnt_iam **out,
                                  fnt_report *report);

/**
 * [any] A name for what a set says: SHA-256, in hex, of its rules in an order of their own; equal
 * sets have equal digests, however they were written, in each build and on each machine. For logs
 * and metrics; borrowed. It covers all that decides (of a JwtIssuer iss, issInternal, aud,
 * tokenExpiry in seconds, and fntoken/authorized-party; of a Policy its statements with sid,
 * actions, resources and conditions; of a Role its policies, principal and conditions), and the
 * names and namespaces of the objects. The order of objects, statements, conditions and values, and
 * what stands twice in one of these lists, make no difference; nor do other metadata and what was
 * skipped.
 *
 * @param iam  NULL is answered with NULL
 * @param len  length in bytes, 64; 0 where NULL is returned; may be NULL
 */
FNT_API const char *fnt_iam_digest(const fnt_iam *iam, size_t *len);

/**
 * [any] Looks for what loads and yet is hardly meant: a policy that is not there, a role that lets
 * strangers in, an issuer or a value that no token has, a pattern covered by another.
 *
 * @param iam     the set
 * @param report  the findings, of kind "error" or "warning", with FNT_FIELD_RULE and
 *                FNT_FIELD_PATH. Whether all is well is told by FNT_FIELD_ERRORS of entry 0, and
 *                not by the entries
 *
 * @retval FNT_OK              looked; what it found is in the report alone
 * @retval FNT_FAULT_ARGUMENT  iam is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_iam_lint(const fnt_iam *iam, fnt_report *report);

/**
 * [any] The rules that loading and linting know, one after another; static text, NULL where there
 * are no more.
 *
 * @param index  0 for the first
 * @param field  FNT_FIELD_RULE: its name; FNT_FIELD_KIND: "error" or "warning"; FNT_FIELD_SENTENCE:
 *               what it means
 * @param len    length in bytes, 0 where NULL is returned; may be NULL
 */
FNT_API const char *fnt_lint_rule(size_t index, int32_t field, size_t *len);

/** Fields of a JwtIssuer. */
enum {
    /** spec.iss; every one has it */
    FNT_ISSUER_URL = 1501,
    /** spec.issInternal: where to fetch its keys instead */
    FNT_ISSUER_INTERNAL = 1502,
    /** metadata.name */
    FNT_ISSUER_NAME = 1503
};

/**
 * [any] The JwtIssuers of a set, one after another, borrowed: whose keys to fetch. NULL where there
 * are no more, or where this one lacks the field: walk by FNT_ISSUER_URL.
 *
 * @param iam    may be NULL
 * @param index  0 for the first
 * @param field  FNT_ISSUER_...
 * @param len    length in bytes, 0 where NULL is returned; may be NULL
 */
FNT_API const char *fnt_iam_issuer(const fnt_iam *iam, size_t index, int32_t field, size_t *len);

/**
 * [any] A dry run: which roles would claims like these get, and may they call the resource? It says
 * no wherever an exchange would for what the claims show: an iss that no JwtIssuer has, a missing
 * sub, an aud that is not accepted, a token of another purpose. Nothing is verified: signature,
 * times, and an aud that is missing, are not looked at; the report says so. Never FNT_OK.
 *
 * @param iam          the set
 * @param claims_json  a JSON object, as in an identity provider's token; required
 * @param resource     NAMESPACE:NAME; (NULL, 0): list all that they would get, allowed if that is
 *                     anything; empty is not absent: FNT_WOULD_DENY
 * @param report       each role, statement, condition and pattern, with its outcome; values of
 *                     claims included
 *
 * @retval FNT_WOULD_ALLOW     they would be allowed
 * @retval FNT_WOULD_DENY      they would not, an exchange would refuse them, or resource is not
 *                             NAMESPACE:NAME
 * @retval FNT_FAULT_ARGUMENT  iam is NULL, or claims_json is not one strict JSON object
 * @retval FNT_FAULT_MEMORY    no memory
 */
FNT_TRY fnt_status fnt_iam_simulate(const fnt_iam *iam, const char *claims_json, size_t claims_len,
                                    const char *resource, size_t resource_len, fnt_report *report);

/** [any] @param iam  may be NULL */
FNT_API void fnt_iam_free(fnt_iam *iam);

/* ---- 8. Security token service ----------------------------------------------
 *
 * POST /oauth/token without the HTTP: an identity provider's token goes in, a Function Token comes
 * out, as the IAM rules say (RFC 8693). It holds the key that signs, the rules, and each issuer's
 * keys, and swaps them while requests run. Fetching keys stays with the caller. */

/** A token service. */
typedef struct fnt_sts fnt_sts;

/**
 * [any] Makes a token service. It answers FNT_FAULT_NOT_READY until it has rules.
 *
 * @param issuer  its own name, the iss of what it issues; required
 * @param key     what it signs with, shared; its public half does not verify API tokens by itself:
 *                give the own issuer's keyset to fnt_sts_set_keyset
 * @param out     the service, owned
 *
 * @retval FNT_OK              made
 * @retval FNT_FAULT_ARGUMENT  no issuer, or key or out is NULL
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_KEY       key is not for ES256, the one algorithm of Function Tokens
 */
FNT_TRY fnt_status fnt_sts_new(const char *issuer, size_t issuer_len, const fnt_key *key,
                               fnt_sts **out);

/**
 * [own] Changes a setting, before the first exchange. (One that is answered with
 * FNT_FAULT_NOT_READY is none.)
 *
 * @param sts     the service
 * @param option  FNT_OPT_...
 * @param value   in the option's unit
 *
 * @retval FNT_OK                 set
 * @retval FNT_FAULT_ARGUMENT     sts is NULL, or value is out of the option's range
 * @retval FNT_FAULT_STATE        the service has been used
 * @retval FNT_FAULT_UNSUPPORTED  not an option of a token service, or an algorithm that is not in
 *                                this build
 */
FNT_TRY fnt_status fnt_sts_set(fnt_sts *sts, int32_t option, int64_t value);

/**
 * [any] Replaces the key that signs; exchanges that start later use it. Publish its public half
 * long enough before that every verifier has it.
 *
 * @param sts  the service
 * @param key  shared
 *
 * @retval FNT_OK              replaced
 * @retval FNT_FAULT_ARGUMENT  a NULL
 * @retval FNT_FAULT_KEY       key is not for ES256; the old one stays
 */
FNT_TRY fnt_status fnt_sts_set_key(fnt_sts *sts, const fnt_key *key);

/**
 * [any] Replaces the rules, in force for exchanges that start later.
 *
 * @param sts  the service
 * @param iam  shared
 *
 * @retval FNT_OK              replaced
 * @retval FNT_FAULT_ARGUMENT  a NULL
 */
FNT_TRY fnt_status fnt_sts_set_iam(fnt_sts *sts, const fnt_iam *iam);

/**
 * [any] Replaces one issuer's keys, in force for exchanges that start later. They are used only
 * while the rules name that issuer; those of the service's own issuer let its API tokens be
 * exchanged.
 *
 * @param sts     the service
 * @param issuer  its iss, byte for byte; required
 * @param keyset  shared; NULL removes that issuer's keys
 *
 * @retval FNT_OK              replaced or removed
 * @retval FNT_FAULT_ARGUMENT  sts is NULL, or no issuer
 * @retval FNT_FAULT_MEMORY    no memory; the old keys stay
 */
FNT_TRY fnt_status fnt_sts_set_keyset(fnt_sts *sts, const char *issuer, size_t issuer_len,
                                      const fnt_keyset *keyset);

/**
 * [any] Replaces the revocations, of subject tokens and of the service's own API tokens and
 * Function Tokens as subjects. Exchanges that start later answer FNT_OAUTH_SUBJECT, with the status
 * "revoked" in the report; the client is not told by which entry, or why.
 *
 * @param sts      the service
 * @param revoked  shared; NULL: nothing is revoked
 *
 * @retval FNT_OK              replaced
 * @retval FNT_FAULT_ARGUMENT  sts is NULL
 */
FNT_TRY fnt_status fnt_sts_set_revoked(fnt_sts *sts, const fnt_revoked *revoked);

/**
 * [any] One token exchange (RFC 8693, 2), from the request's body to the answer's. Send it with
 * fnt_status_http, Content-Type: application/json and Cache-Control: no-store.
 *
 * The answer tells the caller only what is in their own token, and before its signature held
 * nothing at all: FNT_OAUTH_SUBJECT and FNT_OAUTH_SUBJECT_KEY have the same body then. The report
 * has the rest for the operator.
 *
 * @param sts       the service
 * @param form      the body as received, application/x-www-form-urlencoded
 * @param now       the time, in seconds
 * @param body      the JSON to send, owned: also for FNT_OAUTH_... (RFC 6749, 5.2), NULL on a fault
 * @param body_len  its length in bytes
 * @param report    who got what and by which role, or why not. Issuer, subject, jti and kid of
 *                  entry 0 are those of the token that was issued; of a refusal those of the
 *                  subject token, so that FNT_FIELD_ISSUER says after FNT_OAUTH_SUBJECT_KEY whose
 *                  keys to fetch. An entry of kind "subject" has those of the subject token, once
 *                  its signature held
 *
 * @retval FNT_OK                 issued; the body has access_token and expires_in
 * @retval FNT_FAULT_ARGUMENT     sts, body or body_len is NULL, or an impossible now
 * @retval FNT_FAULT_MEMORY       no memory
 * @retval FNT_FAULT_RANDOM       no random bytes, for jti or the signature
 * @retval FNT_FAULT_CRYPTO       the crypto library failed
 * @retval FNT_FAULT_NOT_READY    no rules yet
 * @retval FNT_OAUTH_REQUEST      a parameter is missing, repeated, malformed or not supported, or
 *                                the permissions fit no token of FNT_OPT_MAX_BYTES
 * @retval FNT_OAUTH_GRANT_TYPE   grant_type is not token-exchange
 * @retval FNT_OAUTH_SCOPE        a scope other than "function"
 * @retval FNT_OAUTH_SUBJECT      the subject token is refused
 * @retval FNT_OAUTH_SUBJECT_KEY  its key is not known: refresh its issuer's keys (fnt_refresh),
 *                                ask again
 * @retval FNT_OAUTH_NO_ROLE      no role matches, or none grants Function:Invoke
 * @retval FNT_OAUTH_TARGET       an audience lies outside the permissions
 */
FNT_TRY fnt_status fnt_sts_exchange(fnt_sts *sts, const char *form, size_t form_len, int64_t now,
                                    char **body, size_t *body_len, fnt_report *report);

/**
 * [any] The value of a setting, or -1 where there is no such number.
 *
 * @param sts     NULL is answered with -1
 * @param option  FNT_OPT_...
 */
FNT_API int64_t fnt_sts_get(const fnt_sts *sts, int32_t option);

/** [any] @param sts  may be NULL */
FNT_API void fnt_sts_free(fnt_sts *sts);

/* ---- 9. Making tokens by hand -----------------------------------------------
 *
 * For tests, tools and gateways with rules of their own: a Function Token out of a list of claims,
 * and any token at all out of JSON. Claims of a Function Token never pass through JSON text that a
 * program puts together, so that a quote in a subject cannot become a permission. */

/**
 * [any] Signs a Function Token: typ JWT, kid the key's id, a random jti, iat now, exp now + ttl.
 *
 * @param key      the key
 * @param claims   issuer, subject and at least one permission are required; the audience defaults
 *                 to the issuer
 * @param now      the time, in seconds
 * @param ttl      how long it lives, 1..31536000 seconds
 * @param out      the token in compact form (RFC 7515, 7.1), owned
 * @param out_len  its length in bytes
 * @param report   what is wrong; or issuer, subject, jti, kid, and patterns that match no function
 *
 * @retval FNT_OK              signed
 * @retval FNT_FAULT_ARGUMENT  a NULL, a required claim is missing, an impossible now, ttl out of
 *                             range
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_RANDOM    no random bytes, for jti or the signature
 * @retval FNT_FAULT_CRYPTO    the crypto library failed
 * @retval FNT_FAULT_KEY       key is not for ES256, the one algorithm of Function Tokens
 */
FNT_TRY fnt_status fnt_mint(const fnt_key *key, const fnt_claims *claims, int64_t now, int64_t ttl,
                            char **out, size_t *out_len, fnt_report *report);

/**
 * [any] Signs any claims as they are: nothing is added to them or checked but that they are one
 * JSON object.
 *
 * @param key          the key
 * @param header_json  typ, kid and other members, as a JSON object; (NULL, 0): typ JWT, kid the
 *                     key's id. alg (always the key's), crit, b64 and zip are refused; empty is not
 *                     absent, and refused
 * @param claims_json  the claims, as a JSON object; required
 * @param out          the token in compact form (RFC 7515, 7.1), owned
 * @param out_len      its length in bytes
 * @param report       where the JSON is malformed; a warning for each of exp, nbf and iat that is
 *                     in milliseconds, as what is signed will be refused
 *
 * @retval FNT_OK              signed
 * @retval FNT_FAULT_ARGUMENT  a NULL, claims_json or header_json is not one strict JSON object, or
 *                             header_json has a member that is refused
 * @retval FNT_FAULT_MEMORY    no memory
 * @retval FNT_FAULT_RANDOM    no random bytes, for the signature
 * @retval FNT_FAULT_CRYPTO    the crypto library failed
 */
FNT_TRY fnt_status fnt_sign(const fnt_key *key, const char *header_json, size_t header_len,
                            const char *claims_json, size_t claims_len, char **out, size_t *out_len,
                            fnt_report *report);

#ifdef __cplusplus
}
#endif
#endif
