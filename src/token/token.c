/* SPDX-License-Identifier: MIT */
#include "token/token.h"

#include "base/memory.h"
#include "base/report.h"
#include "match/permit.h"

/* ---- making: the shape of "function", rule 19 ---------------------------- */

static fnt_status wrong_function(const char *name, const char *problem, fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("function"));
    return report_refuse(report, FNT_REFUSED_CLAIM, "The claim % %.",
                         SPANS(span_of(name), span_of(problem)));
}

static size_t count_items(json_value array)
{
    json_value item;
    size_t count = 0;
    for (json_iterator walk = json_items(array); json_next_item(&walk, &item);)
        count++;
    return count;
}

static fnt_status not_strings(const char *name, fnt_report *report)
{
    return wrong_function(name, "must hold strings alone, of at most 1024 bytes each", report);
}

/* Reads the first room items, as they read: in the text or, with escapes, in *rest. *count: of all.
 * False: one is no string or too long. */
static bool read_items(json_value array, char **next, span *list, size_t capacity, size_t *count)
{
    json_value item;
    *count = 0;
    for (json_iterator walk = json_items(array); json_next_item(&walk, &item); ++*count) {
        if (*count >= capacity)
            continue;
        span text = list[*count] = json_unescape(item, *next);
        if (item.kind != JSON_STRING || text.len > TOKEN_PATTERN_BYTES)
            return false;
        *next += item.escaped ? text.len : 0;
    }
    return true;
}

static fnt_status compile_many(json_value array, size_t count, const char *name, char **next,
                               patterns **out, fnt_report *report)
{
    if (count > TOKEN_PATTERNS)
        return wrong_function(name, "has more patterns than are accepted", report);
    span *list = memory_alloc_array(count, sizeof *list);
    if (list == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = read_items(array, next, list, count, &count)
                            ? patterns_compile(list, count, out)
                            : not_strings(name, report);
    memory_free(list);
    return status;
}

/* A list as short as most needs no memory while it is read. */
static fnt_status compile(json_value array, const char *name, char **next, patterns **out,
                          fnt_report *report)
{
    enum { USUAL = 16 };
    span few[USUAL];
    size_t count = 0;
    char *first = *next;
    if (array.kind != JSON_ARRAY)
        return wrong_function(name, "must be an array of strings", report);
    if (!read_items(array, next, few, USUAL, &count))
        return not_strings(name, report);
    if (count <= USUAL)
        return patterns_compile(few, count, out);
    *next = first;
    return compile_many(array, count, name, next, out, report);
}

static fnt_status read_function(fnt_token *token, char **next, fnt_report *report)
{
    enum { PERMISSIONS, AUDIENCE, MEMBERS };
    static const span names[MEMBERS] = {
        [PERMISSIONS] = {"permissions", 11}, [AUDIENCE] = {"audience", 8}};
    json_value values[MEMBERS], function = token->claims.function;
    if (function.kind != JSON_OBJECT)
        return wrong_function("function", "must be an object with permissions", report);
    json_pick(function, names, values, MEMBERS);
    fnt_status status =
        compile(values[PERMISSIONS], "function.permissions", next, &token->permissions, report);
    if (status == FNT_OK && values[AUDIENCE].kind != JSON_ABSENT)
        status = compile(values[AUDIENCE], "function.audience", next, &token->audience, report);
    return status;
}

static fnt_status refuse_kind(token_kind kind, fnt_report *report)
{
    return report_refuse(report,
                         kind == TOKEN_API ? FNT_REFUSED_API_TOKEN : FNT_REFUSED_OTHER_TOKEN,
                         "This is %, not a Function Token: exchange it for one at the gateway's "
                         "/oauth/token with scope=function.",
                         SPANS(span_of(token_kind_name(kind))));
}

static void read_audiences(fnt_token *token, char **next)
{
    json_value audience = token->claims.audience, item;
    if (audience.kind == JSON_STRING)
        token->audiences[token->audience_count++] = jwt_unescape(audience, next);
    for (json_iterator walk = json_items(audience); json_next_item(&walk, &item);)
        token->audiences[token->audience_count++] = jwt_unescape(item, next);
}

static fnt_status fill(fnt_token *token, char *next, bool any_kind, fnt_report *report)
{
    token_kind kind = claims_kind(&token->claims);
    if (kind != TOKEN_FUNCTION && !any_kind)
        return refuse_kind(kind, report);
    read_audiences(token, &next);
    return kind == TOKEN_FUNCTION ? read_function(token, &next, report) : FNT_OK;
}

static fnt_token *new_token(json_value audience)
{
    size_t audiences = audience.kind == JSON_ARRAY ? count_items(audience) : 1;
    /* far below SIZE_MAX: a token has at most some MiB */
    return memory_alloc(sizeof(fnt_token) + audiences * sizeof(span));
}

fnt_status token_make(jwt *e, const claims *c, char *next, const time_limits *limits, bool any_kind,
                      fnt_token **out, fnt_report *report)
{
    fnt_token *token = new_token(c->audience);
    if (token == NULL)
        return FNT_FAULT_MEMORY;
    refcount_init(&token->refs);
    token->claims = *c;
    token->alg = e->alg;
    token->kid = e->kid;
    token->limits = *limits;
    token->memory = jwt_keep(e);
    fnt_status status = fill(token, next, any_kind, report);
    if (status == FNT_OK)
        *out = token;
    else
        token_free(token);
    return status;
}

fnt_token *token_ref(fnt_token *token)
{
    refcount_acquire(&token->refs);
    return token;
}

void token_free(fnt_token *token)
{
    if (token == NULL || !refcount_release(&token->refs))
        return;
    patterns_free(token->permissions);
    patterns_free(token->audience);
    memory_free(token->memory);
    memory_free(token);
}

size_t token_bytes(const fnt_token *token)
{
    return memory_size(token) + memory_size(token->memory) + memory_size(token->permissions) +
           memory_size(token->audience);
}

void token_window(const fnt_token *token, int64_t *from, int64_t *until)
{
    claims_window(&token->claims, &token->limits, from, until);
}

/* ---- asking -------------------------------------------------------------- */

void token_report(const fnt_token *token, fnt_report *report)
{
    claims_report(&token->claims, report);
    report_summary_field(report, FNT_FIELD_KEY_ID, token->kid);
}

fnt_status token_decide(const fnt_token *token, span resource, fnt_report *report)
{
    if (report_wanted(report)) {
        token_report(token, report);
        report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    }
    if (token->permissions == NULL)
        return refuse_kind(claims_kind(&token->claims), report);
    return permit(token->permissions, token->audience, resource, report);
}

fnt_status token_authorize(const fnt_token *token, span resource, int64_t now, fnt_report *report)
{
    fnt_status status = claims_check_time(&token->claims, now, &token->limits, report);
    if (status == FNT_OK)
        return token_decide(token, resource, report);
    token_report(token, report);
    report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    return status;
}

static span list_item(const span *list, size_t count, size_t index)
{
    return index < count ? list[index] : SPAN_NONE;
}

span token_text(const fnt_token *token, int32_t claim, size_t index)
{
    if (token == NULL)
        return SPAN_NONE;
    switch (claim) {
    case FNT_CLAIM_ISSUER:
        return list_item(&token->claims.issuer, 1, index);
    case FNT_CLAIM_SUBJECT:
        return list_item(&token->claims.subject, 1, index);
    case FNT_CLAIM_AUDIENCE:
        return list_item(token->audiences, token->audience_count, index);
    case FNT_CLAIM_PERMISSION:
        return patterns_text(token->permissions, index);
    case FNT_CLAIM_FUNCTION_AUDIENCE:
        return patterns_text(token->audience, index);
    case FNT_CLAIM_FED_ISSUER:
        return list_item(&token->claims.fed_issuer, 1, index);
    case FNT_CLAIM_ID:
        return list_item(&token->claims.id, 1, index);
    case FNT_CLAIM_KEY_ID:
        return list_item(&token->kid, 1, index);
    case FNT_CLAIM_JSON:
        return list_item(&token->claims.all.raw, 1, index);
    default:
        return SPAN_NONE;
    }
}

int64_t token_time(const fnt_token *token, int32_t claim, int64_t absent)
{
    if (token == NULL)
        return absent;
    const claims *c = &token->claims;
    switch (claim) {
    case FNT_CLAIM_EXPIRES:
        return c->has_expires ? c->expires : absent;
    case FNT_CLAIM_NOT_BEFORE:
        return c->has_not_before ? c->not_before : absent;
    case FNT_CLAIM_ISSUED:
        return c->has_issued ? c->issued : absent;
    default:
        return absent;
    }
}
