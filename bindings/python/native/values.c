/* SPDX-License-Identifier: MIT */
/* Between Python's values and the library's. */
#include "native.h"

#include <string.h>
#include <time.h>

/* ---- in ------------------------------------------------------------------ */

bool text_take(PyObject *from, text *out)
{
    Py_ssize_t len = 0;
    *out = (text){NULL, 0, NULL};
    if (from == NULL || from == Py_None)
        return true;
    if (PyUnicode_Check(from)) {
        out->at = PyUnicode_AsUTF8AndSize(from, &len);
        if (out->at == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            PyErr_Clear();
            from = out->held = PyUnicode_AsEncodedString(from, "utf-8", "surrogatepass");
        }
    }
    if (out->at == NULL && from != NULL && PyBytes_Check(from)) {
        char *at = NULL;
        if (PyBytes_AsStringAndSize(from, &at, &len) == 0)
            out->at = at;
    }
    if (out->at == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "a str, bytes or None is expected");
    out->len = (size_t)len;
    return out->at != NULL;
}

void text_drop(text *t)
{
    Py_XDECREF(t->held);
}

static bool place_keyword(const char *function, PyObject *name, PyObject *value,
                          const char *const *names, size_t count, PyObject **out)
{
    for (size_t i = 0; i < count; i++)
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) {
            if (out[i] == NULL)
                out[i] = value;
            else
                PyErr_Format(PyExc_TypeError, "%s() got %s twice", function, names[i]);
            return !PyErr_Occurred();
        }
    PyErr_Format(PyExc_TypeError, "%s() has no argument %R", function, name);
    return false;
}

bool take_arguments(const char *function, PyObject *const *args, Py_ssize_t given,
                    PyObject *keywords, const char *const *names, size_t count, size_t required,
                    PyObject **out)
{
    Py_ssize_t named = keywords == NULL ? 0 : PyTuple_Size(keywords);
    memset(out, 0, count * sizeof(PyObject *));
    if ((size_t)given > count) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zu arguments", function, count);
        return false;
    }
    for (Py_ssize_t i = 0; i < given; i++)
        out[i] = args[i];
    for (Py_ssize_t i = 0; i < named; i++)
        if (!place_keyword(function, PyTuple_GetItem(keywords, i), args[given + i], names, count,
                           out))
            return false;
    for (size_t i = 0; i < required; i++)
        if (out[i] == NULL) {
            PyErr_Format(PyExc_TypeError, "%s() lacks %s", function, names[i]);
            return false;
        }
    return true;
}

/* A number that no int64_t holds is out of every range: -1. */
static bool take_integer(PyObject *number, int64_t *out)
{
    *out = PyLong_AsLongLong(number);
    if (*out == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_OverflowError))
            return false;
        PyErr_Clear();
    }
    return true;
}

bool take_size(PyObject *number, int64_t *out)
{
    *out = 0;
    return number == NULL || number == Py_None || take_integer(number, out);
}

bool take_now(module_state *state, PyObject *from, int64_t *now)
{
    if (from == NULL || from == Py_None) {
        *now = (int64_t)time(NULL);
        return true;
    }
    if (PyLong_Check(from))
        return take_integer(from, now);
    PyObject *seconds = PyObject_CallFunctionObjArgs(state->make_seconds, from, NULL);
    bool good = seconds != NULL && take_integer(seconds, now);
    Py_XDECREF(seconds);
    return good;
}

static const struct {
    const char *name;
    int32_t value;
} algorithms[] = {
    {"ES256", FNT_ES256}, {"ES384", FNT_ES384},   {"ES512", FNT_ES512}, {"RS256", FNT_RS256},
    {"RS384", FNT_RS384}, {"RS512", FNT_RS512},   {"PS256", FNT_PS256}, {"PS384", FNT_PS384},
    {"PS512", FNT_PS512}, {"HS256", FNT_HS256},   {"HS384", FNT_HS384}, {"HS512", FNT_HS512},
    {"EdDSA", FNT_EDDSA}, {"Ed25519", FNT_EDDSA},
};

static bool take_algorithm(PyObject *name, int32_t *out)
{
    if (PyUnicode_Check(name))
        for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
            if (PyUnicode_CompareWithASCIIString(name, algorithms[i].name) == 0) {
                *out |= algorithms[i].value;
                return true;
            }
    PyErr_Format(PyExc_ValueError, "%R is no signature algorithm; \"ES256\" is one", name);
    return false;
}

bool take_algorithms(PyObject *names, int32_t *out)
{
    *out = 0;
    if (names == NULL || names == Py_None)
        return true;
    if (PyUnicode_Check(names))
        return take_algorithm(names, out);
    PyObject *each = PyObject_GetIter(names), *name;
    bool good = each != NULL;
    while (good && (name = PyIter_Next(each)) != NULL) {
        good = take_algorithm(name, out);
        Py_DECREF(name);
    }
    Py_XDECREF(each);
    return good && !PyErr_Occurred();
}

static const struct {
    const char *name;
    int32_t option;
} options[] = {
    {"leeway", FNT_OPT_LEEWAY},
    {"max_age", FNT_OPT_MAX_AGE},
    {"max_lifetime", FNT_OPT_MAX_LIFETIME},
    {"max_bytes", FNT_OPT_MAX_BYTES},
    {"algorithms", FNT_OPT_ALGORITHMS},
    {"any_kind", FNT_OPT_ANY_KIND},
    {"cache_entries", FNT_OPT_CACHE_ENTRIES},
    {"cache_bytes", FNT_OPT_CACHE_BYTES},
    {"max_ttl", FNT_OPT_MAX_TTL},
    {"cap_at_subject", FNT_OPT_CAP_AT_SUBJECT},
    {"narrowing", FNT_OPT_NARROWING},
    {"max_header_bytes", FNT_OPT_MAX_HEADER_BYTES},
    {"max_header_names", FNT_OPT_MAX_HEADER_NAMES},
    {"hits", FNT_STAT_CACHE_HITS},
    {"misses", FNT_STAT_CACHE_MISSES},
    {"cached", FNT_STAT_CACHE_ENTRIES},
    {"cached_bytes", FNT_STAT_CACHE_BYTES},
    {"evictions", FNT_STAT_CACHE_EVICTIONS},
};

int32_t option_of(PyObject *name)
{
    for (size_t i = 0; PyUnicode_Check(name) && i < sizeof options / sizeof *options; i++)
        if (PyUnicode_CompareWithASCIIString(name, options[i].name) == 0)
            return options[i].option;
    return 0;
}

bool take_settings(module_state *state, PyObject *settings, void *of,
                   fnt_status (*set)(void *of, int32_t option, int64_t value))
{
    PyObject *name, *value;
    Py_ssize_t at = 0;
    while (settings != NULL && PyDict_Next(settings, &at, &name, &value)) {
        int32_t option = option_of(name), bits = 0;
        int64_t number = 0;
        if (option == 0 || option >= FNT_STAT_CACHE_HITS) {
            PyErr_Format(PyExc_TypeError, "there is no setting %R", name);
            return false;
        }
        bool is_bits = option == FNT_OPT_ALGORITHMS;
        if (!(is_bits ? take_algorithms(value, &bits) : take_integer(value, &number)))
            return false;
        fnt_status status = set(of, option, is_bits ? bits : number);
        if (status != FNT_OK) {
            raise_status(state, status, NULL);
            return false;
        }
    }
    return true;
}

/* ---- out ----------------------------------------------------------------- */

PyObject *json_of(const fnt_report *report)
{
    char *json = NULL;
    size_t len = 0;
    if (report == NULL || fnt_report_json(report, &json, &len) != FNT_OK)
        return Py_NewRef(Py_None);
    PyObject *made = PyBytes_FromStringAndSize(json, (Py_ssize_t)len);
    fnt_free(json);
    return made;
}

PyObject *entries_of(module_state *state, const fnt_report *report)
{
    PyObject *json = json_of(report);
    PyObject *made =
        json == NULL ? NULL : PyObject_CallFunctionObjArgs(state->make_entries, json, NULL);
    Py_XDECREF(json);
    return made;
}

PyObject *raise_status(module_state *state, fnt_status status, const fnt_report *report)
{
    if (status == FNT_FAULT_MEMORY)
        return PyErr_NoMemory();
    PyObject *json = json_of(report);
    PyObject *error =
        json == NULL ? NULL : PyObject_CallFunction(state->make_error, "iO", (int)status, json);
    if (error != NULL)
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_XDECREF(error);
    Py_XDECREF(json);
    return NULL;
}

/* Claims are UTF-8 (rule 4). */
PyObject *str_of(const char *at, size_t len)
{
    return PyUnicode_FromStringAndSize(at, (Py_ssize_t)len);
}

PyObject *str_taken(char *taken, size_t len)
{
    PyObject *made = str_of(taken, len);
    fnt_free(taken);
    return made;
}

PyObject *str_or_none(const char *at, size_t len)
{
    return at == NULL ? Py_NewRef(Py_None) : str_of(at, len);
}
