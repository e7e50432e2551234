/* SPDX-License-Identifier: MIT */
#include "iam/rules/policy.h"

#include "iam/objects/suggest.h"

static const char *const spec_fields[] = {"statement", NULL};
static const char *const fields[] = {"sid", "action", "effect", "resource", "condition", NULL};

static const char *const actions[] = {
    "*", "Function:*", "Function:Invoke", "Function:Get", "Function:Create", "Function:Update", "Function:Delete",
    "Function:List", "Function:Logs", "Function:Scale",
    "Secret:List", "Secret:Create", "Secret:Update", "Secret:Delete",
    "Namespace:List", "Namespace:Get", "Namespace:Create", "Namespace:Update", "Namespace:Delete",
    "System:Info", NULL,
};
static const char *const invoking[] = {"*", "Function:*", "Function:Invoke", NULL};
static const char *const old_actions[] = {"Function:Read", "Function:Admin", "Secret:Read", NULL};

static void check_action(const object *o, const place *here)
{
    span action = node_text(here->at);
    span near = near_word(action, actions);
    if (action.len == 0 || near_is_listed(action, actions))
        return;
    if (near_is_listed(action, old_actions))
        object_warning(o, here, "old-action",
                       "is %, a name of old files that allows nothing any more: name the actions themselves, as in Function:Get",
                       SPANS(action));
    else if (near.at != NULL)
        object_warning(o, here, "unknown-action", "is %, which nobody knows: it allows nothing; did you mean %?",
                       SPANS(action, near));
    else
        object_warning(o, here, "unknown-action", "is %, which nobody knows: it allows nothing; calling is Function:Invoke",
                       SPANS(action));
}

static void compile_actions(const object *o, const place *here, statement *out)
{
    (void)object_texts(o, here, &out->actions);
    for (size_t i = 0; i < out->actions.count; i++)
        out->invoke |= near_is_listed(out->actions.at[i], invoking);
    for (place item = place_first(here); node_kind(here->at) == JSON_ARRAY && item.at != NULL; item = place_next(&item))
        check_action(o, &item);
}

static bool is_visible(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] >= 0x7f)
            return false;
    return true;
}

static void compile_resources(const object *o, const place *here, statement *out)
{
    (void)object_texts(o, here, &out->resources);
    for (place item = place_first(here); node_kind(here->at) == JSON_ARRAY && item.at != NULL; item = place_next(&item))
        if (!is_visible(node_text(item.at)))
            object_error(o, &item, "resource",
                         "is \"%\"; NAMESPACE:NAME is expected, without spaces, control or other characters",
                         SPANS(node_text(item.at)));
}

static void check_effect(const object *o, const place *here)
{
    span effect = SPAN_NONE;
    if (!object_text(o, here, &effect) || span_equal(effect, SPAN("Allow")))
        return;
    if (span_equal_fold(effect, SPAN("Deny")))
        object_error(o, here, "deny",
                     "is Deny, which is not supported: what no statement allows is denied; narrow the others instead",
                     NO_SPANS);
    else
        object_error(o, here, "unknown-effect", "is \"%\"; Allow is expected", SPANS(effect));
}

static void compile_statement(const object *o, const place *here, statement *out)
{
    span sid = SPAN_NONE;
    out->path = object_path(o, here);
    if (!object_is_object(o, here))
        return;
    object_fields(o, here, fields);
    place sid_at = object_member(o, here, "sid", true), action = object_member(o, here, "action", true);
    place effect = object_member(o, here, "effect", true), resource = object_member(o, here, "resource", true);
    place when = object_member(o, here, "condition", false);
    if (object_text(o, &sid_at, &sid))
        out->sid = store_text(o->load->store, sid);
    compile_actions(o, &action, out);
    check_effect(o, &effect);
    compile_resources(o, &resource, out);
    (void)condition_compile(o, &when, &out->condition);
}

static span make_title(store *s, span space, span name)
{
    if (span_equal(space, HOME_SPACE))
        return store_text(s, name);
    buf title = BUF_EMPTY;
    buf_add(&title, space);
    buf_byte(&title, '/');
    buf_add(&title, name);
    span kept = store_text(s, buf_span(&title));
    s->failed |= title.failed;
    buf_free(&title);
    return kept;
}

bool policy_compile(const object *from, policy *out)
{
    store *s = from->load->store;
    *out = (policy){.name = store_text(s, from->name), .space = store_text(s, from->space), .path = object_path(from, &from->at),
                    .title = make_title(s, from->space, from->name)};
    place spec = object_member(from, &from->at, "spec", true);
    if (!object_is_object(from, &spec))
        return false;
    object_fields(from, &spec, spec_fields);
    place list = object_member(from, &spec, "statement", true);
    if (list.at == NULL || !object_is_list(from, &list))
        return false;
    out->statements = store_array(s, place_count(&list), sizeof *out->statements);
    if (out->statements == NULL)
        return false;
    for (place item = place_first(&list); item.at != NULL; item = place_next(&item))
        compile_statement(from, &item, &out->statements[out->statement_count++]);
    return object_is_sound(from);
}
