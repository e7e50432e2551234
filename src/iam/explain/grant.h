/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXPLAIN_GRANT_H
#define FNT_IAM_EXPLAIN_GRANT_H

#include "iam/rules/rules.h"
#include "text/json.h"

/* What a subject gets. All spans point into the rules. */
typedef struct {
    /* resources of Function:Invoke, each once, in the order in which they were found */
    span *permissions;
    size_t permission_count;
    size_t steps;  /* that who had left */
    bool too_many; /* there are more, and no token holds them */
    /* that exist, of the roles that matched, each once; outside "openfaas" as NAMESPACE/NAME */
    span *policies;
    size_t policy_count;
    /* how many roles matched; 0 for an API token, whose roles were asked when it was made */
    size_t roles;
} grant;

/* Evaluates every role, then the statements of its policies; of an API token the policies that its
 * claim "policy", an array of strings, names, as they are now. Nothing granted is an empty grant,
 * not a refusal.
 *
 * The report gets, in this order:
 *     "role"       matched: and behind it what became of its policies:
 *     "statement"  matched, failed; skipped: it allows no Function:Invoke
 *     "condition"  failed, missing, wrong-type: each clause of a statement that does not hold
 *     "grant"      a permission, with ROLE, POLICY, SID, PATTERN
 *     "note"       a policy that is not there
 *     "role"       failed: of all that do not match the nearest first, with their conditions. They
 *                  stand in a full report; without a match the nearest in one of the decision, too
 * room: bytes that a token has for permissions. FNT_OK; FNT_OAUTH_REQUEST (more steps than who has,
 * see subject_context.h; nothing is granted); FNT_FAULT_MEMORY. Release with
 * grant_clear, also when empty. */
fnt_status grant_find(const fnt_iam *iam, subject_context *who, size_t room, grant *out,
                      fnt_report *report);
void grant_clear(grant *g);

/* FNT_OAUTH_REQUEST, as grant_find answers it. */
fnt_status grant_too_dear(fnt_report *report);

/* After grant_find granted nothing: what came closest, "Closest: role r: jwt:sub wants x, is y". Of
 * the first role that matches what its policies lack; where none matches what is in the way of the
 * nearest. May write nothing. */
void grant_closest(const fnt_iam *iam, subject_context *who, buf *out);

/* A dry run's answer, after grant_find without a report: whether g covers the resource, or absent
 * whether there is anything in it. The summary names what decided, or what came closest; behind it
 * stands the whole walk. FNT_WOULD_ALLOW, FNT_WOULD_DENY. */
fnt_status grant_decide(const fnt_iam *iam, subject_context *who, const grant *g, span resource,
                        fnt_report *report);

#endif
