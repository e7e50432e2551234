/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Lists of revocations: what was read stays in force until another text takes its place, and a
 * source's lists add up (rules 53 and 56). */

static ngx_int_t parse(const ngx_str_t *text, const ngx_str_t *path, fnt_revoked **out,
                       ngx_log_t *log)
{
    fnt_report *why = NULL;
    fnt_status status = fnt_report_new(&why);
    if (status == FNT_OK)
        status = fnt_revoked_parse((const char *)text->data, text->len, out, why);
    if (status != FNT_OK) {
        const char *sentence = fnt_report_text(why, 1, FNT_FIELD_SENTENCE, NULL);
        ngx_log_error(NGX_LOG_ERR, log, 0, "fntoken: %V: %s", path,
                      sentence != NULL ? sentence : fnt_status_sentence(status));
    }
    fnt_report_free(why);
    return status == FNT_OK ? NGX_OK : NGX_ERROR;
}

static ngx_uint_t has_entries(const ngx_str_t *text)
{
    return text->len != 0 && memchr(text->data, '{', text->len) != NULL;
}

static void note(const guard_file *file)
{
    if (has_entries(&file->text))
        guard_note_list(&file->path);
}

/* One without entries, or that is not there: told, and refused where it had some while nginx runs,
 * before a reload too. */
static ngx_int_t allow_none(const guard_file *file, ngx_log_t *log)
{
    if (has_entries(&file->text) || guard_had_list(&file->path)) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "fntoken: %V holds no revocation any more: put them back, or restart nginx "
                      "to do without",
                      &file->path);
        return NGX_ERROR;
    }
    ngx_log_error(NGX_LOG_WARN, log, 0,
                  file->loaded.size < 0 ? "fntoken: %V is not there, so it revokes nothing yet"
                                        : "fntoken: %V holds no revocation",
                  &file->path);
    return NGX_OK;
}

/* A list's own text: right by itself, and no less than nothing. */
static ngx_int_t read_list(guard_file *file, ngx_log_t *log)
{
    ngx_str_t text;
    fnt_revoked *alone = NULL;
    if (guard_file_read(file, log, &text) != NGX_OK)
        return NGX_ERROR;
    ngx_int_t right = parse(&text, &file->path, &alone, log);
    fnt_revoked_free(alone);
    if (right == NGX_OK && !has_entries(&text))
        right = allow_none(file, log);
    if (right != NGX_OK) {
        ngx_free(text.data);
        return NGX_ERROR;
    }
    ngx_free(file->text.data);
    file->text = text;
    note(file);
    return NGX_OK;
}

static ngx_int_t join(const guard_state *state, ngx_str_t *all)
{
    const guard_file *files = state->revoked.elts;
    size_t len = 0;
    for (ngx_uint_t i = 0; i < state->revoked.nelts; i++)
        len += files[i].text.len + 1;
    u_char *to = all->data = ngx_alloc(len + 1, ngx_cycle->log);
    if (to == NULL)
        return NGX_ERROR;
    for (ngx_uint_t i = 0; i < state->revoked.nelts; i++) {
        if (files[i].text.len != 0)
            to = ngx_cpymem(to, files[i].text.data, files[i].text.len);
        *to++ = '\n';
    }
    all->len = len;
    return NGX_OK;
}

fnt_status guard_revoked_use(const guard_source *source)
{
    guard_state *state = source->state;
    ngx_str_t all;
    fnt_revoked *revoked = NULL;
    if (state->revoked.nelts == 0)
        return FNT_OK;
    if (join(state, &all) != NGX_OK)
        return FNT_FAULT_MEMORY;
    fnt_status status = fnt_revoked_parse((const char *)all.data, all.len, &revoked, NULL);
    if (status == FNT_OK && state->verifier != NULL)
        status = fnt_verifier_set_revoked(state->verifier, revoked);
    fnt_revoked_free(revoked);
    ngx_free(all.data);
    return status;
}

/* ---- when ---------------------------------------------------------------------- */

/* At a start a list may be missing, which is told; one that is wrong stops it. */
ngx_int_t guard_revoked_load(const guard_source *source, ngx_log_t *log)
{
    guard_file *files = source->state->revoked.elts;
    for (ngx_uint_t i = 0; i < source->state->revoked.nelts; i++) {
        guard_file_begin(&files[i]);
        ngx_int_t read =
            files[i].loaded.size < 0 ? allow_none(&files[i], log) : read_list(&files[i], log);
        if (read != NGX_OK)
            return NGX_ERROR;
    }
    fnt_status status = guard_revoked_use(source);
    if (status != FNT_OK)
        ngx_log_error(NGX_LOG_ERR, log, 0, "fntoken: the lists of revocations together: %s",
                      fnt_status_sentence(status));
    return status == FNT_OK ? NGX_OK : NGX_ERROR;
}

void guard_revoked_begin(const guard_source *source, ngx_log_t *log)
{
    const guard_file *files = source->state->revoked.elts;
    for (ngx_uint_t i = 0; i < source->state->revoked.nelts; i++) {
        guard_file_try(&files[i], log);
        note(&files[i]);
    }
}

static ngx_uint_t reread(guard_file *file, ngx_log_t *log)
{
    guard_file_taken(file);
    return read_list(file, log) == NGX_OK;
}

void guard_revoked_tick(const guard_source *source, ngx_log_t *log)
{
    guard_file *files = source->state->revoked.elts;
    ngx_uint_t better = 0, worse = 0;
    for (ngx_uint_t i = 0; i < source->state->revoked.nelts; i++) {
        if (!guard_file_changed(&files[i]))
            continue;
        ngx_uint_t read = reread(&files[i], log);
        better |= read;
        worse |= !read;
    }
    if (better && guard_revoked_use(source) != FNT_OK)
        worse = 1;
    if (!worse)
        return;
    guard_count_reload_failure(source);
    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "fntoken: the revocations that were in force before stay in force");
}
