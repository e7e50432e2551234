/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* Files that may be replaced while nginx runs. */

enum { MOST = 16 << 20, MOST_MOVES = 5 };

static ngx_int_t read_all(int fd, const guard_file *file, ngx_log_t *log, ngx_str_t *text)
{
    struct stat found;
    if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode) || found.st_size > MOST) {
        ngx_log_error(NGX_LOG_ERR, log, 0, "fntoken: %V is no file of at most 16 MiB", &file->path);
        return NGX_ERROR;
    }
    text->len = 0;
    text->data = ngx_alloc((size_t)found.st_size + 1, log);
    if (text->data == NULL)
        return NGX_ERROR;
    ssize_t got = 1;
    while (got > 0 && text->len < (size_t)found.st_size) {
        got = read(fd, text->data + text->len, (size_t)found.st_size - text->len);
        text->len += got > 0 ? (size_t)got : 0;
    }
    if (text->len == (size_t)found.st_size)
        return NGX_OK;
    ngx_log_error(NGX_LOG_ERR, log, ngx_errno, "fntoken: %V could not be read to its end",
                  &file->path);
    ngx_free(text->data);
    *text = (ngx_str_t)ngx_null_string;
    return NGX_ERROR;
}

ngx_int_t guard_file_read(const guard_file *file, ngx_log_t *log, ngx_str_t *text)
{
    *text = (ngx_str_t)ngx_null_string;
    int fd = open((const char *)file->path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        ngx_log_error(NGX_LOG_ERR, log, ngx_errno, "fntoken: %V can't be opened", &file->path);
        return NGX_ERROR;
    }
    ngx_int_t read = read_all(fd, file, log, text);
    (void)close(fd);
    return read;
}

static ngx_uint_t differs(const guard_look *a, const guard_look *b)
{
    return a->inode != b->inode || a->size != b->size || a->modified.tv_sec != b->modified.tv_sec ||
           a->modified.tv_nsec != b->modified.tv_nsec || a->changed.tv_sec != b->changed.tv_sec ||
           a->changed.tv_nsec != b->changed.tv_nsec;
}

static guard_look look(const guard_file *file)
{
    struct stat found;
    guard_look saw = {0, -1, {0, 0}, {0, 0}}; /* what is gone is otherwise too */
    if (stat((const char *)file->path.data, &found) == 0)
        saw = (guard_look){found.st_ino, found.st_size, found.st_mtim, found.st_ctim};
    return saw;
}

ngx_uint_t guard_file_changed(guard_file *file)
{
    guard_look now = look(file);
    ngx_uint_t moves = differs(&now, &file->seen) && now.modified.tv_sec >= ngx_time() - 1;
    file->seen = now;
    file->moves = moves ? file->moves + 1 : 0;
    return (!moves || file->moves == MOST_MOVES) && differs(&now, &file->loaded);
}

void guard_file_taken(guard_file *file)
{
    file->loaded = file->seen;
    file->moves = 0;
}

void guard_file_try(const guard_file *file, ngx_log_t *log)
{
    if (file->loaded.size >= 0 && access((const char *)file->path.data, R_OK) != 0)
        ngx_log_error(NGX_LOG_ERR, log, ngx_errno,
                      "fntoken: %V was read before a worker took its user, who can't: what changes "
                      "in it will not count; let them read it",
                      &file->path);
}

void guard_file_begin(guard_file *file)
{
    file->loaded = file->seen = look(file);
}
