/* SPDX-License-Identifier: MIT */
#include "iam/rules/prepare.h"

#include "base/memory.h"
#include "iam/rules/names.h"

/* ---- claims -------------------------------------------------------------- */

/* The first CLAIM_SLOTS names get a number; so many differ in no real set, and the bound keeps
 * loading linear. */
static size_t claim_slot(fnt_iam *iam, span name)
{
    for (size_t i = 0; i < iam->claim_count; i++)
        if (span_equal(iam->claims[i], name))
            return i + 1;
    if (iam->claim_count == CLAIM_SLOTS)
        return 0;
    iam->claims[iam->claim_count++] = name;
    return iam->claim_count;
}

static void prepare_condition(fnt_iam *iam, condition *c)
{
    for (size_t i = 0; i < c->count; i++) {
        c->clauses[i].slot = claim_slot(iam, c->clauses[i].claim);
        clause_prepare(&c->clauses[i], &iam->arena);
    }
}

static void prepare_roles(fnt_iam *iam)
{
    iam->gates = arena_alloc_array(&iam->arena, iam->role_count, sizeof *iam->gates);
    for (size_t r = 0; r < iam->role_count; r++) {
        prepare_condition(iam, &iam->roles[r].principal);
        prepare_condition(iam, &iam->roles[r].condition);
        if (iam->gates == NULL)
            continue;
        iam->gates[r] = role_gate_of(&iam->roles[r]);
        iam->gate_slots |= UINT64_C(1) << iam->gates[r].slot;
    }
}

void prepare_subject(const fnt_iam *iam, subject_context *who)
{
    for (size_t slot = 1; slot <= iam->claim_count; slot++)
        if ((iam->gate_slots >> slot & 1) != 0)
            (void)subject_claim(who, iam->claims[slot - 1], slot);
}

/* ---- resources ----------------------------------------------------------- */

/* A resource where it stands, and the place for its number. */
typedef struct {
    name_entry *names;
    uint32_t **numbers;
    size_t count;
} resources;

static size_t count_resources(const fnt_iam *iam)
{
    size_t count = 0;
    for (size_t p = 0; p < iam->policy_count; p++)
        for (size_t n = 0; n < iam->policies[p].statement_count; n++)
            count += iam->policies[p].statements[n].resources.count;
    return count;
}

static bool list_statement(fnt_iam *iam, statement *st, resources *all)
{
    st->numbers = arena_alloc_array(&iam->arena, st->resources.count, sizeof *st->numbers);
    for (size_t i = 0; st->numbers != NULL && i < st->resources.count; i++) {
        all->names[all->count] = (name_entry){st->resources.at[i], SPAN_NONE, all->count};
        all->numbers[all->count++] = &st->numbers[i];
    }
    return st->numbers != NULL || st->resources.count == 0;
}

static bool list_resources(fnt_iam *iam, resources *all)
{
    bool listed = all->names != NULL && all->numbers != NULL;
    for (size_t p = 0; listed && p < iam->policy_count; p++)
        for (size_t n = 0; listed && n < iam->policies[p].statement_count; n++)
            listed = list_statement(iam, &iam->policies[p].statements[n], all);
    return listed;
}

static bool number_resources(fnt_iam *iam)
{
    size_t count = count_resources(iam), number = 0;
    resources all = {memory_alloc_array(count, sizeof *all.names),
                     memory_alloc_array(count, sizeof *all.numbers), 0};
    bool listed = list_resources(iam, &all);
    if (listed)
        names_sort(all.names, all.count);
    for (size_t i = 0; listed && i < all.count; i++) {
        number += i > 0 && !names_repeat(all.names, i) ? 1 : 0;
        *all.numbers[all.names[i].index] = (uint32_t)number;
    }
    iam->distinct_resources = number + 1;
    memory_free(all.names);
    memory_free(all.numbers);
    return listed;
}

fnt_status prepare_rules(fnt_iam *iam)
{
    prepare_roles(iam);
    for (size_t p = 0; p < iam->policy_count; p++)
        for (size_t n = 0; n < iam->policies[p].statement_count; n++)
            prepare_condition(iam, &iam->policies[p].statements[n].condition);
    return number_resources(iam) && !iam->arena.failed ? FNT_OK : FNT_FAULT_MEMORY;
}
