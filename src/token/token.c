/* SPDX-License-Identifier: MIT */
#include "token/token.h"

#include "base/memory.h"
#include "base/report.h"
#include "match/permit.h"

/* ---- making: the shape of "function" (rule 19) --------------------------- */

static fnt_status wrong_function(const char *name, const char *problem, fnt_report *report)
{
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("function"));
    return report_refuse(report, FNT_REFUSED_CLAIM, "The claim % %.",
                         SPANS(span_of(name), span_of(problem)));
}

static fnt_status not_strings(const char *name, fnt_report *report)
{
    return wrong_function(name, "must hold strings alone, of at most 1024 bytes each", report);
}

/* Unescapes the first capacity items into texts. *count: of all. False: one is no string or too
 * long. */
static bool read_items(json_value array, cursor *texts, span *list, size_t capacity, size_t *count)
{
    json_value item;
    *count = 0;
    for (json_iterator walk = json_items(array); json_next_item(&walk, &item); ++*count) {
        if (*count >= capacity)
            continue;
        span text = list[*count] = json_unescape(item, texts->next);
        if (item.kind != JSON_STRING || text.len > TOKEN_PATTERN_BYTES)
            return false;
        (void)cursor_take(texts, item.escaped ? text.len : 0);
    }
    return true;
}

static fnt_status compile_many(json_value array, size_t count, const char *name, cursor texts,
                               patterns **out, fnt_report *report)
{
    if (count > TOKEN_PATTERNS)
        return wrong_function(name, "has more patterns than are accepted", report);
    span *list = memory_alloc_array(count, sizeof *list);
    if (list == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = read_items(array, &texts, list, count, &count)
                            ? patterns_compile(list, count, out)
                            : not_strings(name, report);
    memory_free(list);
    return status;
}

/* A list as short as most needs no memory while it is read. The patterns copy their texts, so what
 * is unescaped here may be overwritten afterwards: texts is a copy. */
static fnt_status compile(json_value array, const char *name, cursor texts, patterns **out,
                          fnt_report *report)
{
    enum { USUAL = 16 };
    span few[USUAL];
    size_t count = 0;
    cursor scratch = texts;
    if (array.kind != JSON_ARRAY)
        return wrong_function(name, "must be an array of strings", report);
    if (!read_items(array, &scratch, few, USUAL, &count))
        return not_strings(name, report);
    return count <= USUAL ? patterns_compile(few, count, out)
                          : compile_many(array, count, name, texts, out, report);
}

static fnt_status read_function(fnt_token *token, cursor texts, fnt_report *report)
{
    enum { PERMISSIONS, AUDIENCE, MEMBERS };
    static const span names[MEMBERS] = {
        [PERMISSIONS] = {"permissions", 11}, [AUDIENCE] = {"audience", 8}};
    json_value values[MEMBERS], function = token->claims.function;
    if (function.kind != JSON_OBJECT)
        return wrong_function("function", "must be an object with permissions", report);
    json_pick(function, names, values, MEMBERS);
    fnt_status status =
        compile(values[PERMISSIONS], "function.permissions", texts, &token->permissions, report);
    if (status == FNT_OK && values[AUDIENCE].kind != JSON_ABSENT)
        status = compile(values[AUDIENCE], "function.audience", texts, &token->audience, report);
    return status;
}

/* ---- making: what it is -------------------------------------------------- */

static fnt_status refuse_kind(token_kind kind, fnt_report *report)
{
    return report_refuse(report,
                         kind == TOKEN_API ? FNT_REFUSED_API_TOKEN : FNT_REFUSED_OTHER_TOKEN,
                         kind == TOKEN_REFRESH || kind == TOKEN_LOGOUT
                             ? "This is %, not a Function Token, and can't be exchanged for one: "
                               "exchange the access_token or the id_token at the gateway's "
                               "/oauth/token with scope=function."
                             : "This is %, not a Function Token: exchange it for one at the "
                               "gateway's /oauth/token with scope=function.",
                         SPANS(span_of(token_kind_name(kind))));
}

/* Rule 51: a Function Token with cnf is worth nothing without the proof that its sender holds the
 * key, and nobody shows one here. Taken as if cnf were not there, it could never be made strict. */
static fnt_status check_kind(const claims *c, token_kind kind, bool any_kind, fnt_report *report)
{
    if (kind != TOKEN_FUNCTION)
        return any_kind ? FNT_OK : refuse_kind(kind, report);
    if (!c->bound)
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("cnf"));
    return report_refuse(report, FNT_REFUSED_BINDING,
                         "The token has the claim cnf: it is bound to a key, and that its sender "
                         "holds that key is not shown here.",
                         NO_SPANS);
}

static fnt_status check_policy(json_value policy, fnt_report *report)
{
    json_value item;
    bool right = policy.kind == JSON_ABSENT || policy.kind == JSON_ARRAY;
    for (json_iterator walk = json_items(policy); right && json_next_item(&walk, &item);)
        right = item.kind == JSON_STRING;
    if (right)
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_CLAIM, SPAN("policy"));
    return report_refuse(report, FNT_REFUSED_CLAIM,
                         "The claim policy of an API token must be an array of strings.", NO_SPANS);
}

/* ---- making: the object -------------------------------------------------- */

static size_t count_texts(json_value value)
{
    json_value item;
    size_t count = value.kind == JSON_STRING ? 1 : 0;
    for (json_iterator walk = json_items(value); json_next_item(&walk, &item);)
        count++;
    return count;
}

/* A string is a list of one. */
static spans read_texts(json_value value, span *to, cursor *texts)
{
    json_value item;
    size_t count = 0;
    if (value.kind == JSON_STRING)
        to[count++] = jwt_unescape(value, texts);
    for (json_iterator walk = json_items(value); json_next_item(&walk, &item);)
        to[count++] = jwt_unescape(item, texts);
    return (spans){to, count};
}

/* The key's id belongs to the keyset, which may be gone before the token. */
static span copy_behind(span text, span *last)
{
    char *at = (char *)last;
    memcpy(at, text.at, text.len);
    return (span){at, text.len};
}

static fnt_token *new_token(jwt *e, const claims *c, token_kind kind, cursor *texts)
{
    json_value policy = kind == TOKEN_API ? c->policy : (json_value){JSON_ABSENT, {NULL, 0}, false};
    size_t lists = count_texts(c->audience) + count_texts(policy);
    /* far below SIZE_MAX: a token has at most some MiB */
    fnt_token *token = memory_alloc(sizeof(fnt_token) + lists * sizeof(span) + e->key_id.len + 1);
    if (token == NULL)
        return NULL;
    refcount_init(&token->refs);
    token->claims = *c;
    token->kind = kind;
    token->alg = e->alg;
    token->kid = e->kid;
    token->memory = jwt_keep(e);
    token->audiences = read_texts(c->audience, token->texts, texts);
    token->policies = read_texts(policy, token->texts + token->audiences.count, texts);
    token->key_id = copy_behind(e->key_id, token->texts + lists);
    return token;
}

fnt_status token_make(jwt *e, const claims *c, cursor texts, const time_limits *limits,
                      bool any_kind, fnt_token **out, fnt_report *report)
{
    /* rule 20: function and policy in an identity provider's access token mean something else */
    token_kind kind = jwt_is_access_token(e) ? TOKEN_ACCESS : claims_kind(c);
    fnt_status status = check_kind(c, kind, any_kind, report);
    if (status == FNT_OK && kind == TOKEN_API)
        status = check_policy(c->policy, report);
    if (status != FNT_OK)
        return status;
    fnt_token *token = new_token(e, c, kind, &texts);
    if (token == NULL)
        return FNT_FAULT_MEMORY;
    token->limits = *limits;
    status = kind == TOKEN_FUNCTION ? read_function(token, texts, report) : FNT_OK;
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

static const revocation *find_revocation(const fnt_token *token, const fnt_revoked *list, bool own)
{
    revoked_query query = revoked_query_of(&token->claims, token->kid, token->key_id, own);
    return revoked_find(list, &query);
}

/* A verifier is not told whether its issuer is the gateway or a provider. The gateway's subjects
 * begin with "fed:"; any other is looked up as a provider's too, as its user may have written
 * fed:iss. */
const revocation *token_revocation(const fnt_token *token, const fnt_revoked *list)
{
    bool federated = span_starts(token->claims.subject, SPAN("fed:"));
    bool own = federated || token->kind == TOKEN_FUNCTION || token->kind == TOKEN_API;
    if (list == NULL)
        return NULL;
    const revocation *found = own ? find_revocation(token, list, true) : NULL;
    return federated ? found : revocation_longer(found, find_revocation(token, list, false));
}

void token_report(const fnt_token *token, fnt_report *report)
{
    claims_report(&token->claims, report);
    report_summary_field(report, FNT_FIELD_KEY_ID, token->key_id);
}

fnt_status token_decide(const fnt_token *token, span resource, fnt_report *report)
{
    if (report_wanted(report)) {
        token_report(token, report);
        report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    }
    if (token->permissions == NULL)
        return refuse_kind(token->kind, report);
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

static span kind_word(token_kind kind)
{
    return kind == TOKEN_FUNCTION ? SPAN("function")
           : kind == TOKEN_API    ? SPAN("api")
                                  : SPAN("other");
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
        return list_item(token->audiences.at, token->audiences.count, index);
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
    case FNT_CLAIM_KIND:
        return index == 0 ? kind_word(token->kind) : SPAN_NONE;
    case FNT_CLAIM_POLICY:
        return list_item(token->policies.at, token->policies.count, index);
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
