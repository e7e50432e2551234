/* SPDX-License-Identifier: MIT */
/* The exported functions of the checking side: each checks its arguments, delegates, and closes the
 * report. What they promise stands in the public header; api_issue.c has the issuing side. */
#include "api.h"

#include "base/escape.h"
#include "base/memory.h"
#include "keys/keyset.h"
#include "keys/signing_key.h"
#include "match/function_path.h"
#include "match/pattern.h"
#include "match/permissions.h"
#include "match/permit.h"
#include "match/resource.h"
#include "text/bearer.h"
#include "token/mint/builder.h"
#include "token/revoked.h"
#include "token/verifier/verifier.h"

/* ---- 1. status ----------------------------------------------------------- */

int32_t fnt_status_http(fnt_status status)
{
    return status_http(status);
}

const char *fnt_status_name(fnt_status status)
{
    return status_name(status);
}

const char *fnt_status_sentence(fnt_status status)
{
    return status_sentence(status);
}

const char *fnt_status_oauth(fnt_status status)
{
    return status_oauth(status);
}

const char *fnt_status_challenge(fnt_status status)
{
    return status_challenge(status);
}

fnt_status fnt_escape(const char *text, size_t len, int32_t form, char *buffer, size_t buffer_size,
                      size_t *out_len)
{
    if (out_len != NULL)
        *out_len = 0;
    if (out_len == NULL || !is_text(text, len) || (buffer == NULL && buffer_size > 0))
        return FNT_FAULT_ARGUMENT;
    return escape_copy((span){text, len}, form, buffer, buffer_size, out_len);
}

const char *fnt_version(void)
{
    return FNT_VERSION; /* of the build: meson.build has it */
}

const char *fnt_capabilities(void)
{
    return crypto_name();
}

void fnt_free(char *text)
{
    memory_free(text);
}

/* ---- 2. report ----------------------------------------------------------- */

fnt_status fnt_report_new(fnt_report **out)
{
    return out == NULL ? FNT_FAULT_ARGUMENT : report_new(out);
}

fnt_status fnt_report_level(fnt_report *report, int32_t level)
{
    return report == NULL ? FNT_FAULT_ARGUMENT : report_set_level(report, level);
}

const char *fnt_report_text(const fnt_report *report, size_t entry, int32_t field, size_t *len)
{
    return give(report_text(report, entry, field), len);
}

fnt_status fnt_report_json(const fnt_report *report, char **out, size_t *out_len)
{
    return clear_text(out, out_len) && report != NULL ? report_json(report, out, out_len)
                                                      : FNT_FAULT_ARGUMENT;
}

void fnt_report_free(fnt_report *report)
{
    report_free(report);
}

/* ---- 3. keys ------------------------------------------------------------- */

fnt_status fnt_keyset_parse(const char *text, size_t len, int32_t flags, fnt_keyset **out,
                            fnt_report *report)
{
    report_start(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (!is_given(text, len) || (flags & ~FNT_ALLOW_SYMMETRIC) != 0)
        return bad_argument(report);
    report_extend(report);
    return report_finish(report, keyset_parse((span){text, len}, flags, out, report));
}

fnt_status fnt_keyset_jwks(const fnt_keyset *keyset, char **out, size_t *out_len)
{
    return clear_text(out, out_len) && keyset != NULL ? keyset_jwks(keyset, out, out_len)
                                                      : FNT_FAULT_ARGUMENT;
}

void fnt_keyset_free(fnt_keyset *keyset)
{
    keyset_unref(keyset);
}

fnt_status fnt_key_parse(const char *text, size_t len, int32_t alg, fnt_key **out,
                         fnt_report *report)
{
    report_start(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (!is_given(text, len))
        return bad_argument(report);
    return report_finish(report, key_parse((span){text, len}, alg, out, report));
}

fnt_status fnt_key_generate(int32_t alg, fnt_key **out)
{
    if (out == NULL)
        return FNT_FAULT_ARGUMENT;
    *out = NULL;
    return key_generate(alg, out);
}

const char *fnt_key_id(const fnt_key *key, size_t *len)
{
    return give(key == NULL ? SPAN_NONE : key_id(key), len);
}

fnt_status fnt_key_export(const fnt_key *key, int32_t form, char **out, size_t *out_len)
{
    return clear_text(out, out_len) && key != NULL ? key_export(key, form, out, out_len)
                                                   : FNT_FAULT_ARGUMENT;
}

void fnt_key_free(fnt_key *key)
{
    key_unref(key);
}

/* ---- 4. verifier, token, decision ---------------------------------------- */

fnt_status fnt_verifier_new(const char *issuer, size_t issuer_len, const char *audience,
                            size_t audience_len, const fnt_keyset *keyset, fnt_verifier **out)
{
    if (out == NULL)
        return FNT_FAULT_ARGUMENT;
    *out = NULL;
    if (!is_given(issuer, issuer_len) || !is_text(audience, audience_len) ||
        (audience != NULL && audience_len == 0))
        return FNT_FAULT_ARGUMENT;
    span expected = {issuer, issuer_len};
    return verifier_new(expected, audience == NULL ? expected : (span){audience, audience_len},
                        keyset, out);
}

fnt_status fnt_verifier_set(fnt_verifier *verifier, int32_t option, int64_t value)
{
    return verifier == NULL ? FNT_FAULT_ARGUMENT : verifier_set(verifier, option, value);
}

fnt_status fnt_verifier_set_keyset(fnt_verifier *verifier, const fnt_keyset *keyset)
{
    return verifier == NULL ? FNT_FAULT_ARGUMENT : verifier_set_keyset(verifier, keyset);
}

fnt_status fnt_verifier_set_revoked(fnt_verifier *verifier, const fnt_revoked *revoked)
{
    if (verifier == NULL)
        return FNT_FAULT_ARGUMENT;
    verifier_set_revoked(verifier, revoked);
    return FNT_OK;
}

fnt_status fnt_revoked_parse(const char *text, size_t len, fnt_revoked **out, fnt_report *report)
{
    report_start(report);
    report_findings(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (!is_text(text, len))
        return bad_argument(report);
    return report_finish(report, revoked_parse((span){text, len}, out, report));
}

void fnt_revoked_free(fnt_revoked *revoked)
{
    revoked_unref(revoked);
}

int64_t fnt_verifier_get(const fnt_verifier *verifier, int32_t option)
{
    return verifier == NULL ? -1 : verifier_get(verifier, option);
}

void fnt_verifier_free(fnt_verifier *verifier)
{
    verifier_free(verifier);
}

fnt_status fnt_authorize(fnt_verifier *verifier, const char *header, size_t header_len,
                         const char *resource, size_t resource_len, int64_t now, fnt_token **token,
                         fnt_report *report)
{
    report_start(report);
    if (token != NULL)
        *token = NULL;
    if (verifier == NULL || !is_text(header, header_len) || !is_given(resource, resource_len))
        return bad_argument(report);
    if (!time_is_possible(now))
        return bad_time(now, report);
    span value = {header, header_len}, asked = {resource, resource_len};
    return report_finish(report, verifier_authorize(verifier, value, asked, now, token, report));
}

fnt_status fnt_authorize_cached(fnt_verifier *verifier, const char *header, size_t header_len,
                                const char *resource, size_t resource_len, int64_t now,
                                fnt_token **token)
{
    if (token != NULL)
        *token = NULL;
    if (verifier == NULL || !is_text(header, header_len) || !is_given(resource, resource_len) ||
        !time_is_possible(now))
        return FNT_FAULT_ARGUMENT;
    span value = {header, header_len}, asked = {resource, resource_len};
    return verifier_authorize_cached(verifier, value, asked, now, token);
}

fnt_status fnt_verify(fnt_verifier *verifier, const char *token, size_t token_len, int64_t now,
                      fnt_token **out, fnt_report *report)
{
    report_start(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (verifier == NULL || !is_text(token, token_len))
        return bad_argument(report);
    if (!time_is_possible(now))
        return bad_time(now, report);
    return done(report, verifier_verify(verifier, (span){token, token_len}, now, out, report),
                "The token is verified; what it may call was not asked.");
}

fnt_status fnt_token_authorize(const fnt_token *token, const char *resource, size_t resource_len,
                               int64_t now, fnt_report *report)
{
    report_start(report);
    if (token == NULL || !is_given(resource, resource_len))
        return bad_argument(report);
    if (!time_is_possible(now))
        return bad_time(now, report);
    return report_finish(report,
                         token_authorize(token, (span){resource, resource_len}, now, report));
}

const char *fnt_token_text(const fnt_token *token, int32_t claim, size_t index, size_t *len)
{
    return give(token_text(token, claim, index), len);
}

int64_t fnt_token_time(const fnt_token *token, int32_t claim, int64_t absent)
{
    return token_time(token, claim, absent);
}

void fnt_token_free(fnt_token *token)
{
    token_free(token);
}

/* ---- 5. without a verifier ----------------------------------------------- */

fnt_status fnt_bearer_token(const char *header, size_t header_len, const char **token,
                            size_t *token_len)
{
    span found = SPAN_NONE;
    if (token != NULL)
        *token = NULL;
    if (token_len != NULL)
        *token_len = 0;
    if (token == NULL || token_len == NULL || !is_text(header, header_len))
        return FNT_FAULT_ARGUMENT;
    fnt_status status = bearer_token((span){header, header_len}, header_len, &found);
    *token = give(found, token_len);
    return status;
}

fnt_status fnt_unverified_json(const char *token, size_t token_len, char **out, size_t *out_len,
                               fnt_report *report)
{
    report_start(report);
    if (!clear_text(out, out_len) || !is_text(token, token_len))
        return bad_argument(report);
    return report_finish(report, unverified_json((span){token, token_len}, out, out_len, report));
}

fnt_status fnt_signature_only(const fnt_keyset *keyset, const char *token, size_t token_len,
                              char **out, size_t *out_len, fnt_report *report)
{
    report_start(report);
    if (!clear_text(out, out_len) || keyset == NULL || !is_text(token, token_len))
        return bad_argument(report);
    return done(report, signature_only(keyset, (span){token, token_len}, out, out_len, report),
                "The signature is right; no claim and no time was looked at.");
}

/* ---- 6. patterns and resources ------------------------------------------- */

fnt_status fnt_claims_new(fnt_claims **out)
{
    return out == NULL ? FNT_FAULT_ARGUMENT : builder_new(out);
}

fnt_status fnt_claims_add(fnt_claims *builder, int32_t claim, const char *text, size_t len)
{
    return builder == NULL || !is_given(text, len) ? FNT_FAULT_ARGUMENT
                                                   : builder_add(builder, claim, (span){text, len});
}

void fnt_claims_free(fnt_claims *builder)
{
    builder_free(builder);
}

fnt_status fnt_pattern_match(const char *pattern, size_t pattern_len, const char *resource,
                             size_t resource_len)
{
    span wanted = {resource, resource_len};
    if (!is_text(pattern, pattern_len) || !is_given(resource, resource_len))
        return FNT_FAULT_ARGUMENT;
    fnt_status status = resource_check(wanted, NULL);
    if (status != FNT_OK)
        return status;
    return pattern_match((span){pattern, pattern_len}, wanted) ? FNT_OK : FNT_DENIED_PERMISSION;
}

fnt_status fnt_patterns_new(const fnt_claims *builder, fnt_patterns **out, fnt_report *report)
{
    report_start(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (builder == NULL)
        return bad_argument(report);
    spans permissions = builder_spans(&builder->permissions),
          audiences = builder_spans(&builder->function_audiences);
    return done(report, permissions_compile(permissions, audiences, out), "The set is compiled.");
}

fnt_status fnt_patterns_permit(const fnt_patterns *set, const char *resource, size_t resource_len,
                               fnt_report *report)
{
    report_start(report);
    if (set == NULL || !is_given(resource, resource_len))
        return bad_argument(report);
    return report_finish(
        report, permit(set->permissions, set->audience, (span){resource, resource_len}, report));
}

void fnt_patterns_free(fnt_patterns *set)
{
    permissions_free(set);
}

fnt_status fnt_resource_from_path(const char *path, size_t path_len, const char *default_namespace,
                                  size_t default_namespace_len, char *buffer, size_t buffer_size,
                                  size_t *out_len, fnt_report *report)
{
    report_start(report);
    if (out_len != NULL)
        *out_len = 0;
    if (out_len == NULL || buffer == NULL || !is_text(path, path_len) ||
        !is_text(default_namespace, default_namespace_len))
        return bad_argument(report);
    span namespace = {default_namespace, default_namespace_len};
    return report_finish(report, resource_from_path((span){path, path_len}, namespace, buffer,
                                                    buffer_size, out_len, report));
}
