/* SPDX-License-Identifier: MIT */
#include "iam/explain/explain.h"
#include "iam/explain/grant.h"
#include "iam/rules/rules.h"
#include "match/pattern.h"

/* A pattern that would give the resource, and how far it is. */
typedef struct {
    rule_path about;
    span pattern;
    size_t distance;
} grant_path;

typedef void visitor(void *to, const grant_path *w);

/* ---- every path to a resource -------------------------------------------- */

/* Each pattern of Function:Invoke that a role leads to; resource absent: any of them. */
static void each_path(const fnt_iam *iam, subject_context *who, span resource, visitor *visit,
                      void *to)
{
    for (size_t r = 0; r < iam->role_count; r++) {
        const role *by = &iam->roles[r];
        size_t role_distance = explain_role_distance(by, who);
        for (size_t p = 0; p < by->policies.count; p++)
            for (size_t n = 0; by->found[p] != NULL && n < by->found[p]->statement_count; n++) {
                const statement *st = &by->found[p]->statements[n];
                grant_path w = {{by, by->found[p], st},
                                SPAN_NONE,
                                role_distance + explain_condition_distance(&st->condition, who)};
                for (size_t i = 0; st->invoke && i < st->resources.count; i++) {
                    w.pattern = st->resources.at[i];
                    if (resource.at == NULL || pattern_match(w.pattern, resource))
                        visit(to, &w);
                }
            }
    }
}

static void keep_nearest(void *to, const grant_path *w)
{
    grant_path *nearest = to;
    if (nearest->pattern.at == NULL || w->distance < nearest->distance)
        *nearest = *w;
}

typedef struct {
    span resource;
    fnt_report *report;
} telling;

static void put_decision(buf *out, const grant_path *w, span resource)
{
    explain_about(out, &w->about);
    buf_add(out, SPAN(": "));
    buf_add(out, w->pattern);
    buf_add(out, SPAN(" allows "));
    buf_add(out, resource);
}

static void report_open_path(void *to, const grant_path *w)
{
    const telling *t = to;
    buf words = BUF_EMPTY;
    if (w->distance > 0 ||
        !explain_entry(t->report, FNT_REPORT_DECISION, "grant", "decided", &w->about))
        return;
    put_decision(&words, w, t->resource);
    report_field(t->report, FNT_FIELD_RESOURCE, t->resource);
    report_field(t->report, FNT_FIELD_PATTERN, w->pattern);
    report_sentence(t->report, "$", SPANS(buf_span(&words)));
    buf_free(&words);
}

/* ---- no ------------------------------------------------------------------ */

/* What is in the way of the nearest path, in one line. */
static void put_path(buf *out, const grant_path *w, subject_context *who)
{
    buf role_words = BUF_EMPTY, statement_words = BUF_EMPTY;
    explain_role_words(&role_words, w->about.role, who);
    explain_words(&statement_words, &w->about.statement->condition, who);
    buf_add(out, w->about.role->name);
    buf_add(out, SPAN(": "));
    buf_add(out, buf_span(&role_words));
    if (role_words.len > 0 && statement_words.len > 0)
        buf_add(out, SPAN("; "));
    if (statement_words.len > 0) {
        buf_add(out, SPAN("statement "));
        buf_add(out, w->about.statement->sid);
        buf_add(out, SPAN(": "));
        buf_add(out, buf_span(&statement_words));
    }
    buf_free(&role_words);
    buf_free(&statement_words);
}

static void put_nearest_role(buf *out, const fnt_iam *iam, subject_context *who)
{
    const role *nearest = explain_nearest_role(iam, who);
    buf words = BUF_EMPTY;
    if (nearest == NULL) {
        buf_add(out, SPAN(": there is none"));
        return;
    }
    explain_role_words(&words, nearest, who);
    buf_add(out, SPAN(": closest is "));
    buf_add(out, nearest->name);
    buf_add(out, SPAN(": "));
    buf_add(out, buf_span(&words));
    buf_free(&words);
}

enum { TOLD = 8 };

static void put_permissions(buf *out, const grant *g)
{
    buf_add(out, SPAN(": "));
    size_t start = out->len;
    for (size_t i = 0; i < g->permission_count && i < TOLD; i++)
        buf_item(out, start, g->permissions[i]);
    buf_and_more(out, g->permission_count > TOLD ? g->permission_count - TOLD : 0);
}

/* The roles that match, and what became of their policies. */
static void put_matched(buf *out, const fnt_iam *iam, subject_context *who)
{
    bool first = true;
    for (size_t i = 0; i < iam->role_count; i++) {
        const role *r = &iam->roles[i];
        if (!role_matches(r, who))
            continue;
        buf_add(out, first ? SPAN("role ") : SPAN(", role "));
        buf_add(out, r->name);
        first = false;
        if (r->policies.count == 0)
            buf_add(out, SPAN(" (it names no policy)"));
        for (size_t p = 0; p < r->policies.count; p++)
            if (r->found[p] == NULL) {
                buf_add(out, SPAN(" (its policy "));
                buf_add(out, r->policies.at[p]);
                buf_add(out, SPAN(" is not there)"));
            }
    }
}

static void put_no(buf *out, const fnt_iam *iam, subject_context *who, span resource,
                   const grant *g)
{
    if (g->roles == 0) {
        buf_add(out, SPAN("no role matches"));
        return;
    }
    put_matched(out, iam, who);
    if (g->permission_count == 0) {
        buf_add(out, SPAN(" matches, but allows no Function:Invoke"));
        return;
    }
    buf_add(out, SPAN(" matches, but its permissions do not cover "));
    buf_add(out, resource);
    put_permissions(out, g);
}

static fnt_status deny(const fnt_iam *iam, subject_context *who, span resource, const grant *g,
                       fnt_report *report)
{
    grant_path nearest = {.pattern = SPAN_NONE};
    buf words = BUF_EMPTY;
    if (!report_wanted(report))
        return FNT_WOULD_DENY;
    each_path(iam, who, resource, keep_nearest, &nearest);
    put_no(&words, iam, who, resource, g);
    if (nearest.pattern.at != NULL) {
        buf_add(&words, g->roles == 0 ? SPAN(": closest is ") : SPAN("; closest is "));
        put_path(&words, &nearest, who);
    } else if (g->roles == 0) {
        put_nearest_role(&words, iam, who);
        buf_add(&words, resource.at != NULL ? SPAN("; but no role leads to ") : SPAN(""));
        buf_add(&words, resource);
    }
    (void)report_refuse(report, FNT_WOULD_DENY, "$", SPANS(buf_span(&words)));
    buf_free(&words);
    return FNT_WOULD_DENY;
}

/* ---- yes ----------------------------------------------------------------- */

static fnt_status allow(const fnt_iam *iam, subject_context *who, span resource, const grant *g,
                        fnt_report *report)
{
    grant_path nearest = {.pattern = SPAN_NONE};
    telling to = {resource, report};
    buf words = BUF_EMPTY;
    if (!report_wanted(report))
        return FNT_WOULD_ALLOW;
    each_path(iam, who, resource, keep_nearest, &nearest);
    if (resource.at != NULL) {
        put_decision(&words, &nearest, resource);
        each_path(iam, who, resource, report_open_path, &to);
    } else {
        buf_count(&words, g->permission_count, "permission", "permissions");
        put_permissions(&words, g);
    }
    (void)report_refuse(report, FNT_WOULD_ALLOW, "$", SPANS(buf_span(&words)));
    buf_free(&words);
    return FNT_WOULD_ALLOW;
}

/* ---- the answer ---------------------------------------------------------- */

static bool is_granted(const grant *g, span resource)
{
    for (size_t i = 0; i < g->permission_count; i++)
        if (resource.at == NULL || pattern_match(g->permissions[i], resource))
            return true;
    return false;
}

static void hint_at_api_token(subject_context *who, fnt_report *report)
{
    if (json_member(who->claims, SPAN("fed:iss")).kind == JSON_ABSENT)
        return;
    report_entry(report, "note", NULL);
    report_sentence(report,
                    "there is a claim fed:iss: of an API token the exchange asks no roles, it "
                    "takes the policies that it names",
                    NO_SPANS);
}

fnt_status grant_decide(const fnt_iam *iam, subject_context *who, const grant *g, span resource,
                        fnt_report *report)
{
    grant again;
    report_summary_field(report, FNT_FIELD_RESOURCE, resource);
    fnt_status status = is_granted(g, resource) ? allow(iam, who, resource, g, report)
                                                : deny(iam, who, resource, g, report);
    hint_at_api_token(who, report);
    /* The whole walk comes behind what decided. Should its memory not suffice, the report is
     * shorter and the answer the same. */
    if (report_wants(report, FNT_REPORT_DECISION) &&
        grant_find(iam, who, SIZE_MAX, &again, report) == FNT_OK)
        grant_clear(&again);
    return status;
}
