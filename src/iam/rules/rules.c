/* SPDX-License-Identifier: MIT */
#include "iam/rules/rules.h"

#include <assert.h>

#include "base/memory.h"
#include "iam/objects/metadata.h"
#include "iam/rules/digest.h"
#include "iam/rules/duplicates.h"
#include "iam/rules/limits.h"
#include "iam/rules/prepare.h"

enum { NESTED = 2 }; /* Lists below the text's own array or object: a List, and one in it */

typedef struct {
    loading load;
    fnt_iam *iam;
    size_t sizes[OBJECT_ROLE + 1]; /* by object_kind: how many there may be at most */
    size_t broken;                 /* objects that hold an error */
} loader;

typedef void visitor(loader *l, const location *object_at);

typedef struct {
    location list, item;
} level;

/* Visits every object: the root, or the items of an array, a List, and a List in it. */
static void each_object(loader *l, const location *root, visitor *visit)
{
    level levels[1 + NESTED];
    size_t depth = 1;
    levels[0].list = *root;
    levels[0].item = node_kind(root->at) == JSON_ARRAY ? location_first(&levels[0].list) : *root;
    while (depth > 0) {
        level *here = &levels[depth - 1];
        if (here->item.at == NULL) {
            if (--depth > 0)
                levels[depth - 1].item = location_next(&levels[depth - 1].item);
            continue;
        }
        location items;
        if (depth <= NESTED && metadata_is_list(&here->item, &items)) {
            levels[depth].list = items;
            levels[depth].item = location_first(&levels[depth].list);
            depth++;
            continue;
        }
        visit(l, &here->item);
        here->item = location_next(&here->item);
    }
}

/* ---- allocating ---------------------------------------------------------- */

static void count_object(loader *l, const location *at)
{
    l->sizes[kind_from_name(node_text(node_member(at->at, SPAN("kind"))))]++;
}

static bool reserve(loader *l)
{
    fnt_iam *iam = l->iam;
    iam->issuers = arena_alloc_array(&iam->arena, l->sizes[OBJECT_ISSUER], sizeof *iam->issuers);
    iam->policies = arena_alloc_array(&iam->arena, l->sizes[OBJECT_POLICY], sizeof *iam->policies);
    iam->roles = arena_alloc_array(&iam->arena, l->sizes[OBJECT_ROLE], sizeof *iam->roles);
    return !iam->arena.failed;
}

/* ---- compiling ----------------------------------------------------------- */

static void add_issuer(loader *l, const object *o)
{
    assert(l->iam->issuer_count < l->sizes[OBJECT_ISSUER]);
    issuer *added = &l->iam->issuers[l->iam->issuer_count++];
    added->broken = !issuer_compile(o, added);
}

static void add_policy(loader *l, const object *o)
{
    assert(l->iam->policy_count < l->sizes[OBJECT_POLICY]);
    policy *added = &l->iam->policies[l->iam->policy_count++];
    added->broken = !policy_compile(o, added);
}

static void add_role(loader *l, const object *o)
{
    assert(l->iam->role_count < l->sizes[OBJECT_ROLE]);
    role *added = &l->iam->roles[l->iam->role_count++];
    added->broken = !role_compile(o, added);
}

static void add_object(loader *l, const location *at)
{
    object o;
    object_kind kind = metadata_read(&l->load, at, &o);
    if (kind == OBJECT_ISSUER)
        add_issuer(l, &o);
    else if (kind == OBJECT_POLICY)
        add_policy(l, &o);
    else if (kind == OBJECT_ROLE)
        add_role(l, &o);
    l->broken += l->load.errors > o.errors ? 1 : 0;
}

/* Names in order, for rules_policy and rules_issuer. */
static bool sort_names(fnt_iam *iam)
{
    iam->policy_names = arena_alloc_array(&iam->arena, iam->policy_count, sizeof(name_entry));
    iam->issuer_names = arena_alloc_array(&iam->arena, iam->issuer_count, sizeof(name_entry));
    if (iam->arena.failed)
        return false;
    for (size_t i = 0; i < iam->policy_count; i++)
        iam->policy_names[i] = (name_entry){iam->policies[i].name, iam->policies[i].namespace, i};
    for (size_t i = 0; i < iam->issuer_count; i++)
        iam->issuer_names[i] = (name_entry){iam->issuers[i].iss, SPAN_NONE, i};
    names_sort(iam->policy_names, iam->policy_count);
    names_sort(iam->issuer_names, iam->issuer_count);
    return true;
}

static void find_policies(fnt_iam *iam)
{
    for (size_t r = 0; r < iam->role_count; r++)
        for (size_t p = 0; p < iam->roles[r].policies.count; p++)
            iam->roles[r].found[p] =
                rules_policy(iam, iam->roles[r].namespace, iam->roles[r].policies.at[p]);
}

/* ---- the outcome --------------------------------------------------------- */

void rules_count(buf *out, const fnt_iam *iam)
{
    buf_count(out, iam->issuer_count, "JwtIssuer", "JwtIssuers");
    buf_add(out, SPAN(", "));
    buf_count(out, iam->policy_count, "Policy", "Policies");
    buf_add(out, SPAN(" and "));
    buf_count(out, iam->role_count, "Role", "Roles");
}

static fnt_status sum_up(const loader *l, fnt_report *report)
{
    fnt_status status = l->load.errors > 0 ? FNT_FAULT_IAM : FNT_OK;
    buf text = BUF_EMPTY;
    if (status == FNT_OK) {
        rules_count(&text, l->iam);
        buf_add(&text, SPAN(" are loaded."));
    } else {
        buf_count(&text, l->load.errors, "error", "errors");
        buf_add(&text, SPAN(" in "));
        buf_count(&text, l->broken, "object", "objects");
        buf_add(&text, SPAN("; nothing was loaded"));
    }
    (void)report_refuse(report, status, "%", SPANS(buf_span(&text)));
    buf_free(&text);
    return status;
}

static fnt_status refuse_text(fnt_report *report, const json_fault *fault)
{
    char digits[INTEGER_SIZE];
    span at = integer_print((int64_t)fault->at, digits), reason = span_of(fault->reason);
    report_entry(report, severity_name(FINDING_ERROR), NULL);
    report_field(report, FNT_FIELD_RULE, SPAN("malformed"));
    report_field(report, FNT_FIELD_PATH, SPAN(""));
    report_sentence(report, "At byte % of the text: %", SPANS(at, reason));
    return report_refuse(report, FNT_FAULT_IAM,
                         "The text is no JSON that is accepted: at byte %: %; nothing was loaded",
                         SPANS(at, reason));
}

static fnt_status read_objects(loader *l, const document *text, spans namespaces,
                               fnt_report *report)
{
    location root = location_root(text);
    l->load = (loading){text, &l->iam->arena, report, 0, namespaces};
    each_object(l, &root, count_object);
    if (!reserve(l))
        return FNT_FAULT_MEMORY;
    each_object(l, &root, add_object);
    l->load.text = NULL;
    return l->iam->arena.failed ? FNT_FAULT_MEMORY : FNT_OK;
}

/* The objects against each other. */
static fnt_status finish(loader *l, fnt_report *report)
{
    if (!sort_names(l->iam))
        return FNT_FAULT_MEMORY;
    l->load.errors += limits_check(l->iam, report);
    fnt_status status = duplicates_check(l->iam, report, &l->load.errors, &l->broken);
    find_policies(l->iam);
    if (status == FNT_OK && l->load.errors == 0)
        status = prepare_rules(l->iam);
    if (status == FNT_OK && l->load.errors == 0)
        status = digest_make(l->iam);
    return status != FNT_OK ? status : sum_up(l, report);
}

static fnt_status load(span json, spans namespaces, fnt_iam **out, fnt_report *report)
{
    document *text = NULL;
    json_fault fault = {0, "nothing"};
    fnt_status status = document_parse(json, &text, &fault);
    if (status == FNT_REFUSED_MALFORMED)
        return refuse_text(report, &fault);
    loader l = {.iam = status == FNT_OK ? memory_alloc(sizeof *l.iam) : NULL};
    if (l.iam == NULL) {
        document_free(text);
        return FNT_FAULT_MEMORY;
    }
    refcount_init(&l.iam->refs);
    status = read_objects(&l, text, namespaces, report);
    document_free(text); /* the largest part; nothing below looks at it */
    if (status == FNT_OK)
        status = finish(&l, report);
    if (status == FNT_OK)
        *out = l.iam;
    else
        rules_unref(l.iam);
    return status;
}

/* Names with one space between them. False: one of them is no name; *count are taken. */
static bool split_names(span text, span *names, size_t *count)
{
    for (*count = 0; text.at != NULL; text = span_from(text, names[(*count)++].len + 1)) {
        names[*count] = (span){text.at, span_index(text, ' ')};
        if (!metadata_is_namespace(names[*count]))
            return false;
    }
    return true;
}

fnt_status rules_load(span json, span namespaces, fnt_iam **out, fnt_report *report)
{
    size_t count = 0;
    *out = NULL;
    if (span_equal(namespaces, SPAN("*")))
        return load(json, NO_SPANS, out, report);
    span *names = memory_alloc_array(namespaces.len / 2 + 1, sizeof *names);
    if (names == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status =
        split_names(namespaces, names, &count)
            ? load(json, (spans){names, count}, out, report)
            : report_refuse(report, FNT_FAULT_ARGUMENT,
                            "The namespaces (%) are not names with one space between them, nor *",
                            SPANS(namespaces));
    memory_free(names);
    return status;
}

/* ---- sharing, finding ---------------------------------------------------- */

const fnt_iam *rules_ref(const fnt_iam *iam)
{
    if (iam != NULL)
        /* const is cast away for the count, which is atomic */
        refcount_acquire(&((fnt_iam *)iam)->refs);
    return iam;
}

void rules_unref(const fnt_iam *iam)
{
    fnt_iam *mine = (fnt_iam *)iam;
    if (mine == NULL || !refcount_release(&mine->refs))
        return;
    arena_free(&mine->arena);
    memory_free(mine);
}

span rules_digest(const fnt_iam *iam)
{
    return iam == NULL ? SPAN_NONE : span_of(iam->digest);
}

const issuer *rules_issuer(const fnt_iam *iam, span iss)
{
    const name_entry *found = names_find(iam->issuer_names, iam->issuer_count, iss, SPAN_NONE);
    return found == NULL ? NULL : &iam->issuers[found->index];
}

const issuer *rules_issuer_at(const fnt_iam *iam, size_t index)
{
    return iam != NULL && index < iam->issuer_count ? &iam->issuers[index] : NULL;
}

const policy *rules_policy(const fnt_iam *iam, span namespace, span name)
{
    const name_entry *found = names_find(iam->policy_names, iam->policy_count, name, namespace);
    return found == NULL ? NULL : &iam->policies[found->index];
}

/* No name holds a slash. */
const policy *rules_policy_qualified(const fnt_iam *iam, span qualified_name)
{
    size_t slash = span_index(qualified_name, '/');
    if (slash == qualified_name.len)
        return rules_policy(iam, DEFAULT_NAMESPACE, qualified_name);
    span namespace = {qualified_name.at, slash};
    return span_equal(namespace, DEFAULT_NAMESPACE)
               ? NULL
               : rules_policy(iam, namespace, span_from(qualified_name, slash + 1));
}
