/* SPDX-License-Identifier: MIT */
/* fntoken._native: the public header as Python types, under the limited API of CPython 3.10, which
 * the build names (Py_LIMITED_API). What Python does better (dataclasses, datetimes, exceptions,
 * HTTP) is in the package beside it. */
#ifndef FNT_PYTHON_NATIVE_H
#define FNT_PYTHON_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fntoken/fntoken.h>
#include <stdbool.h>

/* ---- what belongs to the module ------------------------------------------ */

typedef enum { KEYSET, KEY, VERIFIER, TOKEN, REVOKED, PATTERNS, IAM, SERVICE, TYPES } kind;

/* Each interpreter has its own. */
typedef struct {
    PyObject *types[TYPES];
    PyObject *make_error;   /* (status, report as JSON or None) to an exception */
    PyObject *make_entries; /* (report as JSON or None) to a tuple of Entry */
    PyObject *make_seconds; /* a datetime or float to whole seconds */
    PyObject *make_utc;     /* seconds to a datetime */
} module_state;

module_state *state_of_type(PyObject *self);
extern PyMethodDef functions[];

/* ---- handles ------------------------------------------------------------- */

/* A Python object that owns one of the library's. close() ends it at once, or once the last call
 * that another thread has in flight has ended; all of this is decided under the GIL. */
typedef struct {
    PyObject_HEAD void *at;
    kind what;
    PyObject *report; /* what the constructor was told, as JSON bytes; or NULL */
    int busy;
    bool closed;
} handle;

PyObject *handle_of(module_state *state, kind what, void *at); /* frees at on failure */
/* What a constructor got, with its report, which is freed; raises where that was refused. */
PyObject *handle_made(module_state *state, kind what, void *at, fnt_status status,
                      fnt_report *report);
bool handle_open(handle *self); /* raises where it is closed */
void handle_done(handle *self);
/* A given object of that type, opened; NULL for None where that is allowed; false: raised. */
bool handle_given(module_state *state, PyObject *given, kind what, bool none, handle **out);

/* in every type */
void handle_dealloc(PyObject *self);
PyObject *handle_close(PyObject *self, PyObject *none);
PyObject *handle_enter(PyObject *self, PyObject *none);
PyObject *handle_exit(PyObject *self, PyObject *args);
PyObject *handle_report(PyObject *self, void *unused);
#define HANDLE_METHODS                                                                             \
    {"close", handle_close, METH_NOARGS,                                                           \
     "close($self)\n--\n\nReleases it; a call that is running in another thread ends first. "      \
     "Closing twice does nothing.\nAny other use afterwards is a ValueError."},                    \
        {"__enter__", handle_enter, METH_NOARGS, NULL},                                            \
    {                                                                                              \
        "__exit__", handle_exit, METH_VARARGS, NULL                                                \
    }

/* ---- what comes in ------------------------------------------------------- */

/* Bytes of a str (without a copy), bytes, or None: absent. A str that UTF-8 can't say (half a
 * surrogate pair) comes as bytes that are no UTF-8, which the library refuses as what they are. */
typedef struct {
    const char *at;
    size_t len;
    PyObject *held;
} text;
#define TEXT(t) (t).at, (t).len

bool text_take(PyObject *from, text *out); /* false: raised a TypeError */
void text_drop(text *t);

/* Positional and keyword arguments of a METH_FASTCALL function, in the order of names; the first
 * `required` must be there. */
bool take_arguments(const char *function, PyObject *const *args, Py_ssize_t given,
                    PyObject *keywords, const char *const *names, size_t count, size_t required,
                    PyObject **out);
/* NULL and None: the clock's. */
bool take_now(module_state *state, PyObject *from, int64_t *now);
bool take_algorithms(PyObject *name_or_names, int32_t *out);
bool take_size(PyObject *number, int64_t *out);
int32_t option_of(PyObject *name); /* 0: there is none of that name */
/* Calls set for each setting of a dict; "algorithms" is a name or several. */
bool take_settings(module_state *state, PyObject *settings, void *of,
                   fnt_status (*set)(void *of, int32_t option, int64_t value));

/* ---- what goes out ------------------------------------------------------- */

/* Raises what status says, with the report's entries; always NULL. FNT_FAULT_MEMORY is a
 * MemoryError. */
PyObject *raise_status(module_state *state, fnt_status status, const fnt_report *report);
PyObject *json_of(const fnt_report *report); /* bytes, or None without one; NULL: raised */
PyObject *entries_of(module_state *state, const fnt_report *report);
/* A str of what the library gives; it frees taken. */
PyObject *str_of(const char *at, size_t len);
PyObject *str_taken(char *taken, size_t len);
PyObject *str_or_none(const char *at, size_t len);

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

#endif
