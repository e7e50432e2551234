/* SPDX-License-Identifier: MIT */
#include "iam/rules/policy.h"

#include "iam/objects/suggest.h"
#include "iam/objects/vocabulary.h"
#include "token/token.h"

static void check_action(const object *o, const location *here)
{
    span action = node_text(here->at);
    span near = suggest_word(action, action_names);
    if (action.len == 0 || words_contain(action, action_names))
        return;
    if (words_contain(action, old_actions))
        object_warning(o, here, "old-action",
                       "is %, a name of old files that allows nothing any more: name the actions "
                       "themselves, as in Function:Get",
                       SPANS(action));
    else if (near.at != NULL)
        object_warning(o, here, "unknown-action",
                       "is %, which nobody knows: it allows nothing; did you mean %?",
                       SPANS(action, near));
    else
        object_warning(o, here, "unknown-action",
                       "is %, which nobody knows: it allows nothing; calling is Function:Invoke",
                       SPANS(action));
}

static void compile_actions(const object *o, const location *here, statement *out)
{
    (void)object_strings(o, here, &out->actions);
    for (size_t i = 0; i < out->actions.count; i++)
        out->invoke |= words_contain(out->actions.at[i], invoking_actions);
    for (location item = location_first(here); node_kind(here->at) == JSON_ARRAY && item.at != NULL;
         item = location_next(&item))
        check_action(o, &item);
}

static bool is_visible(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] >= 0x7f)
            return false;
    return true;
}

static void compile_resources(const object *o, const location *here, statement *out)
{
    (void)object_strings(o, here, &out->resources);
    for (location item = location_first(here); node_kind(here->at) == JSON_ARRAY && item.at != NULL;
         item = location_next(&item)) {
        span resource = node_text(item.at);
        object_check_length(o, &item, resource, TOKEN_PATTERN_BYTES);
        if (!is_visible(resource))
            object_error(
                o, &item, "resource",
                "is \"%\"; NAMESPACE:NAME is expected, without spaces, control or other characters",
                SPANS(resource));
    }
}

static void check_effect(const object *o, const location *here)
{
    span effect = SPAN_NONE;
    if (!object_string(o, here, &effect) || span_equal(effect, SPAN("Allow")))
        return;
    if (span_equal_fold(effect, SPAN("Deny")))
        object_error(o, here, "deny",
                     "is Deny, which is not supported: what no statement allows is denied; narrow "
                     "the others instead",
                     NO_SPANS);
    else
        object_error(o, here, "unknown-effect", "is \"%\"; Allow is expected", SPANS(effect));
}

static void compile_statement(const object *o, const location *here, statement *out)
{
    span sid = SPAN_NONE;
    out->pointer = object_pointer(o, here);
    if (!object_is_object(o, here))
        return;
    object_check_fields(o, here, statement_fields);
    location sid_at = object_member(o, here, "sid", true),
             action = object_member(o, here, "action", true);
    location effect = object_member(o, here, "effect", true),
             resource = object_member(o, here, "resource", true);
    location when = object_member(o, here, "condition", false);
    if (object_string(o, &sid_at, &sid))
        out->sid = arena_strndup(o->load->arena, sid);
    object_check_length(o, &sid_at, sid, SID_BYTES);
    compile_actions(o, &action, out);
    check_effect(o, &effect);
    compile_resources(o, &resource, out);
    (void)condition_compile(o, &when, &out->condition);
}

static span make_qualified_name(arena *a, span namespace, span name)
{
    if (span_equal(namespace, DEFAULT_NAMESPACE))
        return arena_strndup(a, name);
    buf qualified_name = BUF_EMPTY;
    buf_add(&qualified_name, namespace);
    buf_byte(&qualified_name, '/');
    buf_add(&qualified_name, name);
    span kept = arena_strndup(a, buf_span(&qualified_name));
    a->failed |= qualified_name.failed;
    buf_free(&qualified_name);
    return kept;
}

bool policy_compile(const object *from, policy *out)
{
    arena *a = from->load->arena;
    *out = (policy){.name = arena_strndup(a, from->name),
                    .namespace = arena_strndup(a, from->namespace),
                    .pointer = object_pointer(from, &from->at),
                    .qualified_name = make_qualified_name(a, from->namespace, from->name)};
    location spec = object_member(from, &from->at, "spec", true);
    if (!object_is_object(from, &spec))
        return false;
    object_check_fields(from, &spec, policy_fields);
    location list = object_member(from, &spec, "statement", true);
    if (list.at == NULL || !object_is_array(from, &list))
        return false;
    out->statements = arena_alloc_array(a, location_count(&list), sizeof *out->statements);
    if (out->statements == NULL)
        return false;
    for (location item = location_first(&list); item.at != NULL; item = location_next(&item))
        compile_statement(from, &item, &out->statements[out->statement_count++]);
    return object_is_sound(from);
}
