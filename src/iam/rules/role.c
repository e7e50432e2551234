/* SPDX-License-Identifier: MIT */
#include "iam/rules/role.h"

#include "iam/objects/vocabulary.h"
#include "iam/rules/annotation.h"

static void compile_who(const object *from, const location *spec, role *out)
{
    location principal = object_member(from, spec, "principal", false),
             when = object_member(from, spec, "condition", false);
    if (principal.at == NULL && when.at == NULL)
        object_error(from, spec, "open-role",
                     "has neither principal nor condition: everybody would match; say who is meant",
                     NO_SPANS);
    (void)condition_compile_principal(from, &principal, &out->principal);
    (void)condition_compile(from, &when, &out->condition);
}

/* OpenFaaS's CRD wants none, and takes an empty array. */
static void compile_policies(const object *from, const location *spec, role *out)
{
    location policies = object_member(from, spec, "policy", false);
    bool listed = node_kind(policies.at) != JSON_ARRAY || node_first(policies.at) != NULL;
    if (policies.at == NULL || !listed)
        object_warning(from, policies.at == NULL ? spec : &policies, "no-policy",
                       "names no policy: it grants nothing", NO_SPANS);
    else
        (void)object_strings(from, &policies, &out->policies);
}

bool role_compile(const object *from, role *out)
{
    arena *a = from->load->arena;
    *out = (role){.name = arena_strndup(a, from->name),
                  .namespace = arena_strndup(a, from->namespace),
                  .any_tenant = annotation_is_set(from, ANY_TENANT),
                  .pointer = object_pointer(from, &from->at)};
    location spec = object_member(from, &from->at, "spec", true);
    if (!object_is_object(from, &spec))
        return false;
    object_check_fields(from, &spec, role_fields);
    compile_policies(from, &spec, out);
    compile_who(from, &spec, out);
    out->found = arena_alloc_array(a, out->policies.count, sizeof *out->found);
    return object_is_sound(from);
}

role_gate role_gate_of(const role *r)
{
    const clause *c = r->principal.count == 1  ? r->principal.clauses
                      : r->condition.count > 0 ? r->condition.clauses
                                               : NULL;
    return c == NULL
               ? (role_gate){UINT64_MAX, 0, 0, NULL}
               : (role_gate){c->filter, (uint32_t)c->slot, (uint32_t)c->values.count, c->hashes};
}

/* Loading refuses a role without clauses. Should one get here nevertheless, nobody matches it. Most
 * roles are for other subjects, and the filters say so before any value is compared. */
bool role_matches(const role *r, subject_context *who)
{
    return subject_step(who, 2 + (r->principal.count + r->condition.count) / 4) &&
           r->principal.count + r->condition.count > 0 && condition_any_may(&r->principal, who) &&
           condition_all_may(&r->condition, who) && condition_any(&r->principal, who) &&
           condition_all(&r->condition, who);
}
