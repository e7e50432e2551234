/* SPDX-License-Identifier: MIT */
#include "iam/exchange/exchange.h"

#include "base/duration.h"
#include "base/memory.h"
#include "base/report.h"
#include "iam/exchange/audience.h"
#include "iam/exchange/request.h"
#include "iam/exchange/response.h"
#include "iam/explain/grant.h"
#include "iam/rules/rules_set.h"
#include "token/mint/mint.h"
#include "token/token.h"

/* ---- what the subject gets ----------------------------------------------- */

typedef struct {
    grant grant;    /* of an identity provider's or an API token */
    span *narrowed; /* of a Function Token: its own permissions, then its own audience */
    char *unescaped;
    spans permissions, within;
} rights;

static bool is_list_of_texts(json_value list)
{
    json_value item;
    for (json_iterator walk = json_items(list); json_next_item(&walk, &item);)
        if (item.kind != JSON_STRING)
            return false;
    return list.kind == JSON_ARRAY;
}

static size_t read_list(json_value array, span *list, char **unescaped)
{
    json_value item;
    size_t count = 0;
    for (json_iterator walk = json_items(array); json_next_item(&walk, &item);) {
        list[count++] = json_unescape(item, *unescaped);
        *unescaped += item.raw.len;
    }
    return count;
}

/* An item takes a byte and a comma at the least, so an array's bytes are more than its items. */
static fnt_status rights_of_function_token(const claims *c, rights *out, fnt_report *report)
{
    json_value permissions = json_member(c->function, SPAN("permissions")),
               audience = json_member(c->function, SPAN("audience"));
    /* as rule 19: refused, not ignored */
    if (!is_list_of_texts(permissions) ||
        (audience.kind != JSON_ABSENT && !is_list_of_texts(audience)))
        return report_refuse(report, FNT_REFUSED_CLAIM,
                             "The subject token's function.permissions and function.audience must "
                             "be arrays of strings.",
                             NO_SPANS);
    out->narrowed =
        memory_alloc_array(permissions.raw.len + audience.raw.len + 1, sizeof *out->narrowed);
    out->unescaped = memory_alloc(c->function.raw.len + 1);
    if (out->narrowed == NULL || out->unescaped == NULL)
        return FNT_FAULT_MEMORY;
    char *rest = out->unescaped;
    size_t count = read_list(permissions, out->narrowed, &rest);
    out->permissions = (spans){out->narrowed, count};
    out->within = (spans){out->narrowed + count, read_list(audience, out->narrowed + count, &rest)};
    return FNT_OK;
}

static fnt_status rights_of(const exchange_config *config, const subject *s, rights *out,
                            fnt_report *report)
{
    if (s->own && s->kind == TOKEN_FUNCTION)
        return rights_of_function_token(&s->claims, out, report);
    subject_context who = {s->claims.all, s->own, false};
    fnt_status status = grant_find(config->subject.iam, &who, &out->grant, report);
    out->permissions = (spans){out->grant.permissions, out->grant.permission_count};
    return status;
}

static void rights_clear(rights *r)
{
    grant_clear(&r->grant);
    memory_free(r->narrowed);
    memory_free(r->unescaped);
}

/* The words of the real gateway, which clients show as they are. */
static fnt_status no_policies(const subject *s, fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_NO_ROLE, "No policies found for subject: %",
                         SPANS(s->claims.subject));
}

static fnt_status too_large(bool function, fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_REQUEST,
                         function ? "The permissions do not fit a token that verifiers accept: "
                                    "give the subject fewer policies, or wider patterns."
                                  : "The subject token's claims and the policies do not fit a "
                                    "token that verifiers accept.",
                         NO_SPANS);
}

/* Rule 19: more, or longer ones, no verifier would take. */
static bool verifiers_take(spans list)
{
    for (size_t i = 0; i < list.count; i++)
        if (list.at[i].len > TOKEN_PATTERN_BYTES)
            return false;
    return list.count <= TOKEN_PATTERNS;
}

static fnt_status check_function_rights(const request *req, const subject *s, const rights *r,
                                        fnt_report *report)
{
    bool narrowing = s->own && s->kind == TOKEN_FUNCTION;
    if (r->permissions.count == 0)
        return r->grant.policy_count == 0
                   ? no_policies(s, report)
                   : report_refuse(
                         report, FNT_OAUTH_NO_ROLE,
                         "The policies of subject % do not allow it to invoke any function.",
                         SPANS(s->claims.subject));
    if (narrowing && req->audience_count == 0)
        return report_refuse(
            report, FNT_OAUTH_REQUEST,
            "A Function Token can only be exchanged for a narrower one: name an audience.",
            NO_SPANS);
    if (!verifiers_take(r->permissions))
        return too_large(true, report);
    return audience_check((spans){req->audiences, req->audience_count}, r->permissions, r->within,
                          report);
}

/* An API token names policies; made from an API token it would renew itself, so that is refused
 * (rule 35). */
static fnt_status check_api_rights(const subject *s, const rights *r, fnt_report *report)
{
    if (s->own)
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "A token of this gateway can only be exchanged for a Function Token: "
                             "ask for scope=function.",
                             NO_SPANS);
    return r->grant.policy_count == 0 ? no_policies(s, report) : FNT_OK;
}

/* ---- the token ----------------------------------------------------------- */

/* Rule 37. A token of ours as subject is never outlived: tokens would renew themselves (rule 35).
 */
static int64_t lifetime(const exchange_config *config, const subject *s, int64_t now)
{
    int64_t seconds = s->issuer->expiry < config->max_ttl ? s->issuer->expiry : config->max_ttl;
    int64_t left = time_minus(s->claims.expires, now);
    return (s->own || config->cap_at_subject) && left < seconds ? left : seconds;
}

/* "fed:" stands before the subject of an identity provider, and never twice (rule 32). */
static span federated(const subject *s, buf *unescaped)
{
    if (s->own)
        return s->claims.subject;
    buf_add(unescaped, SPAN("fed:"));
    buf_add(unescaped, s->claims.subject);
    return buf_span(unescaped);
}

static mint_claims claims_to_mint(const exchange_config *config, const request *req,
                                  const subject *s, const rights *r, int64_t now)
{
    mint_claims what = {
        .issuer = config->subject.own_issuer,
        .fed_issuer = s->own ? s->claims.fed_issuer : s->claims.issuer,
        .issued = now,
        .expires = now + lifetime(config, s, now),
    };
    if (req->function) {
        what.permissions = r->permissions;
        what.audience = (spans){req->audiences, req->audience_count};
    } else {
        what.policies = (spans){r->grant.policies, r->grant.policy_count};
        what.copied = s->claims.all;
    }
    return what;
}

static void report_issued(const request *req, const subject *s, int64_t seconds, fnt_report *report)
{
    buf length = BUF_EMPTY;
    duration_print(&length, seconds);
    report_refuse(report, FNT_OK, "Issued % to subject % of issuer %; it lives for %.",
                  SPANS(req->function ? SPAN("a Function Token") : SPAN("an API token"),
                        s->claims.subject, s->issuer->name, buf_span(&length)));
    buf_free(&length);
}

/* What is too long, or holds more names than is accepted, no verifier would open (rule 45: a minted
 * token verifies). */
static fnt_status reopen(span token, size_t max)
{
    jwt made;
    fnt_status status = jwt_open(token, max, FNT_ES256, &made, NULL);
    if (status == FNT_OK)
        status = jwt_payload(&made, NULL);
    jwt_close(&made);
    return status;
}

static fnt_status answer_with(span token, const exchange_config *config, int64_t expires_in,
                              bool function, char **body, size_t *body_len, fnt_report *report)
{
    fnt_status status = reopen(token, config->subject.max_bytes);
    if (status != FNT_OK)
        return status == FNT_FAULT_MEMORY ? status : too_large(function, report);
    return response_token(token, expires_in, function, body, body_len);
}

static fnt_status mint_answer(const exchange_config *config, const request *req, const subject *s,
                              const rights *r, int64_t now, char **body, size_t *body_len,
                              fnt_report *report)
{
    buf name = BUF_EMPTY;
    char *token = NULL;
    size_t len = 0;
    mint_claims what = claims_to_mint(config, req, s, r, now);
    if (what.expires <= now)
        return report_refuse(report, FNT_REFUSED_EXPIRED,
                             "The subject token expires now: get a new one.", NO_SPANS);
    what.subject = federated(s, &name);
    fnt_status status =
        what.subject.at == NULL ? FNT_FAULT_MEMORY : mint_token(config->key, &what, &token, &len);
    buf_free(&name);
    if (status == FNT_OK)
        status = answer_with((span){token, len}, config, what.expires - now, req->function, body,
                             body_len, report);
    if (status == FNT_OK)
        report_issued(req, s, what.expires - now, report);
    memory_free(token);
    return status;
}

static fnt_status issue(const exchange_config *config, const request *req, const subject *s,
                        int64_t now, char **body, size_t *body_len, fnt_report *report)
{
    rights r;
    memset(&r, 0, sizeof r);
    fnt_status status = rights_of(config, s, &r, report);
    if (status == FNT_OK)
        status = req->function ? check_function_rights(req, s, &r, report)
                               : check_api_rights(s, &r, report);
    if (status == FNT_OK)
        status = mint_answer(config, req, s, &r, now, body, body_len, report);
    rights_clear(&r);
    return status;
}

/* ---- what the client is told (rule 36) ----------------------------------- */

static bool is_refused(fnt_status status)
{
    return status_http(status) == 401;
}

/* Before the signature held, unknown issuer, unknown key and bad signature read the same. Only what
 * the token's shape gave away before it was opened may be told, for the client can see that
 * himself. */
static span description(fnt_status status, const subject *s, fnt_report *report)
{
    bool opened = s->jwt.memory != NULL;
    if (is_refused(status) && opened && !s->signature_held)
        return SPAN("The subject token is not accepted: its issuer, its key or its signature is "
                    "not one that is trusted here.");
    return report_text(report, 0, FNT_FIELD_SENTENCE);
}

static fnt_status for_client(fnt_status status)
{
    if (!is_refused(status))
        return status;
    return status == FNT_REFUSED_KEY_UNKNOWN ? FNT_OAUTH_SUBJECT_KEY : FNT_OAUTH_SUBJECT;
}

/* What is in the way stands in the report, nearest first: tests that failed, policies that are not
 * there, statements that invoke nothing. */
static bool is_in_the_way(const fnt_report *report, size_t entry)
{
    span kind = report_text(report, entry, FNT_FIELD_KIND);
    if (span_equal(kind, SPAN("note")))
        return report_text(report, entry, FNT_FIELD_POLICY).at != NULL;
    return span_equal(kind, SPAN("condition")) ||
           span_equal(report_text(report, entry, FNT_FIELD_OUTCOME), SPAN("skipped"));
}

static void put_closest(const fnt_report *report, buf *out)
{
    for (size_t i = 1; report_text(report, i, FNT_FIELD_KIND).at != NULL; i++) {
        if (is_in_the_way(report, i)) {
            buf_add(out, out->len > 0 ? SPAN("; ") : SPAN(""));
            buf_add(out, report_text(report, i, FNT_FIELD_SENTENCE));
        } else if (out->len > 0) {
            return;
        }
    }
}

/* For the operator alone; the client has had his sentence. */
static void report_closest(const exchange_config *config, const subject *s, fnt_report *report)
{
    buf words = BUF_EMPTY;
    span said = report_text(report, 0, FNT_FIELD_SENTENCE);
    if (said.len > 0 && said.at[said.len - 1] == '.')
        said.len--;
    put_closest(report, &words);
    if (words.len > 0)
        report_refuse(report, FNT_OAUTH_NO_ROLE, "%. Closest: %.", SPANS(said, buf_span(&words)));
    else if (!s->own && config->subject.iam->role_count == 0)
        report_refuse(report, FNT_OAUTH_NO_ROLE, "%. There is no Role at all.", SPANS(said));
    buf_free(&words);
}

static fnt_status refuse(fnt_status status, const exchange_config *config, const subject *s,
                         char **body, size_t *body_len, fnt_report *report)
{
    fnt_status told = for_client(status);
    if (status_http(told) != 400)
        return told;
    report_summary_field(report, FNT_FIELD_STATUS, span_of(status_name(status)));
    fnt_status answered = response_error(told, description(status, s, report), body, body_len);
    if (status == FNT_OAUTH_NO_ROLE)
        report_closest(config, s, report);
    return answered;
}

fnt_status exchange(const exchange_config *config, span form_text, int64_t now, char **body,
                    size_t *body_len, fnt_report *report)
{
    request req;
    subject s;
    memset(&s, 0, sizeof s);
    fnt_status status = request_read(form_text, config->max_form, &req, report);
    if (status == FNT_OK)
        status = subject_verify(&config->subject, req.subject_token, now, &s, report);
    if (status == FNT_OK)
        status = issue(config, &req, &s, now, body, body_len, report);
    if (status != FNT_OK)
        status = refuse(status, config, &s, body, body_len, report);
    subject_clear(&s);
    request_clear(&req);
    return status;
}
