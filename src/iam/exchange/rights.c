/* SPDX-License-Identifier: MIT */
#include "iam/exchange/rights.h"

#include <assert.h>

#include "base/memory.h"
#include "base/report.h"
#include "iam/exchange/audience.h"
#include "text/base64url.h"
#include "token/token.h"

/* ---- finding them -------------------------------------------------------- */

static bool is_function_token(const subject *s)
{
    return s->own && s->kind == TOKEN_FUNCTION;
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
static fnt_status find_own(const claims *c, rights *out, fnt_report *report)
{
    json_value permissions = json_member(c->function, SPAN("permissions")),
               audience = json_member(c->function, SPAN("audience"));
    /* as rule 19: refused, not ignored */
    if (!json_is_string_array(permissions) ||
        (audience.kind != JSON_ABSENT && !json_is_string_array(audience)))
        return report_refuse(report, FNT_REFUSED_CLAIM,
                             "The subject token's function.permissions and function.audience must "
                             "be arrays of strings.",
                             NO_SPANS);
    out->own = memory_alloc_array(permissions.raw.len + audience.raw.len + 1, sizeof *out->own);
    out->unescaped = memory_alloc(c->function.raw.len + 1);
    if (out->own == NULL || out->unescaped == NULL)
        return FNT_FAULT_MEMORY;
    char *next = out->unescaped;
    size_t count = read_list(permissions, out->own, &next);
    out->permissions = (spans){out->own, count};
    out->within = (spans){out->own + count, read_list(audience, out->own + count, &next)};
    assert(next <= out->unescaped + c->function.raw.len);
    return FNT_OK;
}

fnt_status rights_find(const fnt_iam *iam, const subject *s, size_t token_max, size_t steps,
                       rights *out, fnt_report *report)
{
    out->steps = steps;
    out->room = base64url_decoded(token_max);
    if (is_function_token(s))
        return find_own(&s->claims, out, report);
    if (!subject_context_init(&out->who, s->claims.all, s->own))
        return FNT_FAULT_MEMORY;
    out->who.root = s->index;
    out->who.steps = steps;
    fnt_status status = grant_find(iam, &out->who, out->room, &out->grant, report);
    out->too_many = out->grant.too_many;
    out->steps = out->grant.steps;
    out->permissions = (spans){out->grant.permissions, out->grant.permission_count};
    out->policies = (spans){out->grant.policies, out->grant.policy_count};
    return status;
}

void rights_closest(const fnt_iam *iam, rights *r, buf *out)
{
    if (r->who.scratch != NULL) /* not of a Function Token */
        grant_closest(iam, &r->who, out);
}

void rights_clear(rights *r)
{
    grant_clear(&r->grant);
    memory_free(r->own);
    memory_free(r->unescaped);
    subject_context_clear(&r->who);
}

/* ---- whether they are enough --------------------------------------------- */

/* The words of the real gateway, which clients show as they are. */
static fnt_status no_policies(const subject *s, fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_NO_ROLE, "No policies found for subject: %",
                         SPANS(s->claims.subject));
}

static fnt_status no_permissions(const rights *r, const subject *s, fnt_report *report)
{
    if (r->policies.count == 0)
        return no_policies(s, report);
    return report_refuse(report, FNT_OAUTH_NO_ROLE,
                         "The policies of subject % do not allow it to invoke any function.",
                         SPANS(s->claims.subject));
}

fnt_status rights_too_large(bool function, fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_REQUEST,
                         function ? "The permissions do not fit a token that verifiers accept: "
                                    "give the subject fewer policies, or wider patterns."
                                  : "The subject token's claims and the policies do not fit a "
                                    "token that verifiers accept.",
                         NO_SPANS);
}

/* Takes what a list needs in a token, quotes and commas too, off the room. */
static bool fits(spans list, size_t *room)
{
    for (size_t i = 0; i < list.count; i++) {
        size_t bytes = list.at[i].len + sizeof "\"\"," - 1;
        if (bytes > *room)
            return false;
        *room -= bytes;
    }
    return true;
}

/* Rule 19: more, or longer ones, no verifier would take. */
static bool verifiers_take(const rights *r, const request *req)
{
    size_t room = r->room;
    for (size_t i = 0; i < r->permissions.count; i++)
        if (r->permissions.at[i].len > TOKEN_PATTERN_BYTES)
            return false;
    return !r->too_many && r->permissions.count <= TOKEN_PATTERNS && fits(r->permissions, &room) &&
           fits((spans){req->audiences, req->audience_count}, &room);
}

static fnt_status check_function(const rights *r, const subject *s, const request *req,
                                 fnt_report *report)
{
    if (r->permissions.count == 0)
        return no_permissions(r, s, report);
    if (is_function_token(s) && req->audience_count == 0)
        return report_refuse(
            report, FNT_OAUTH_REQUEST,
            "A Function Token can only be exchanged for a narrower one: name an audience.",
            NO_SPANS);
    if (!verifiers_take(r, req))
        return rights_too_large(true, report);
    return audience_check((spans){req->audiences, req->audience_count}, r->permissions, r->within,
                          r->steps, report);
}

/* An API token names policies; made from an API token it would renew itself, so that is refused
 * (rule 35). */
static fnt_status check_api(const rights *r, const subject *s, fnt_report *report)
{
    if (s->own)
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "A token of this gateway can only be exchanged for a Function Token: "
                             "ask for scope=function.",
                             NO_SPANS);
    size_t room = r->room;
    if (r->policies.count == 0)
        return no_policies(s, report);
    return fits(r->policies, &room) ? FNT_OK : rights_too_large(false, report);
}

fnt_status rights_check(const rights *r, const subject *s, const request *req, fnt_report *report)
{
    return req->function ? check_function(r, s, req, report) : check_api(r, s, report);
}
