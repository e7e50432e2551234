/* SPDX-License-Identifier: MIT */
/* The functions of the module: what needs no object that lasts. */
#include "native.h"

#include <string.h>

/* (name, http, sentence, oauth, challenge) */
static PyObject *status_row(PyObject *Py_UNUSED(module), PyObject *number)
{
    long status = PyLong_AsLong(number);
    if (status == -1 && PyErr_Occurred())
        return NULL;
    fnt_status s = (fnt_status)status;
    return Py_BuildValue("siszz", fnt_status_name(s), (int)fnt_status_http(s),
                         fnt_status_sentence(s), fnt_status_oauth(s), fnt_status_challenge(s));
}

static PyObject *version(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    return PyUnicode_FromString(fnt_version());
}

static PyObject *capabilities(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    return PyUnicode_FromString(fnt_capabilities());
}

static PyObject *escape(PyObject *module, PyObject *args)
{
    PyObject *given = NULL;
    int form = 0;
    text in;
    if (!PyArg_ParseTuple(args, "Oi:escape", &given, &form) || !text_take(given, &in))
        return NULL;
    size_t size = 8 * in.len + 1, len = 0;
    char *room = PyMem_Malloc(size);
    fnt_status status =
        room == NULL ? FNT_FAULT_MEMORY : fnt_escape(TEXT(in), form, room, size, &len);
    text_drop(&in);
    PyObject *answer = status == FNT_OK ? str_of(room, len)
                                        : raise_status(PyModule_GetState(module), status, NULL);
    PyMem_Free(room);
    return answer;
}

static PyObject *bearer_token(PyObject *module, PyObject *header)
{
    text in;
    const char *jws = NULL;
    size_t len = 0;
    if (!text_take(header, &in))
        return NULL;
    fnt_status status = fnt_bearer_token(TEXT(in), &jws, &len);
    PyObject *answer =
        status == FNT_OK ? str_of(jws, len) : raise_status(PyModule_GetState(module), status, NULL);
    text_drop(&in);
    return answer;
}

static PyObject *unverified_json(PyObject *module, PyObject *token)
{
    text in;
    char *json = NULL;
    size_t len = 0;
    fnt_report *report = NULL;
    if (!text_take(token, &in))
        return NULL;
    fnt_status status = fnt_report_new(&report);
    if (status == FNT_OK)
        status = fnt_unverified_json(TEXT(in), &json, &len, report);
    text_drop(&in);
    PyObject *answer = status == FNT_OK ? str_taken(json, len)
                                        : raise_status(PyModule_GetState(module), status, report);
    fnt_report_free(report);
    return answer;
}

static PyObject *signature_only(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *token = NULL, *answer = NULL;
    text in;
    char *payload = NULL;
    size_t len = 0;
    fnt_report *report = NULL;
    handle *keys = NULL;
    module_state *state = PyModule_GetState(module);
    if (!PyArg_ParseTuple(args, "OO:signature_only", &given, &token) || !text_take(token, &in))
        return NULL;
    if (!handle_given(state, given, KEYSET, false, &keys)) {
        text_drop(&in);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_signature_only(keys->at, TEXT(in), &payload, &len, report);
    Py_END_ALLOW_THREADS;
    handle_done(keys);
    text_drop(&in);
    answer = status == FNT_OK ? PyBytes_FromStringAndSize(payload, (Py_ssize_t)len)
                              : raise_status(state, status, report);
    fnt_free(payload);
    fnt_report_free(report);
    return answer;
}

static PyObject *match(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *resource = NULL;
    text pattern, asked;
    if (!PyArg_ParseTuple(args, "OO:match", &given, &resource) || !text_take(given, &pattern))
        return NULL;
    if (!text_take(resource, &asked)) {
        text_drop(&pattern);
        return NULL;
    }
    fnt_status status = fnt_pattern_match(TEXT(pattern), TEXT(asked));
    text_drop(&pattern);
    text_drop(&asked);
    if (status != FNT_OK && status != FNT_DENIED_PERMISSION)
        return raise_status(PyModule_GetState(module), status, NULL);
    return PyBool_FromLong(status == FNT_OK);
}

static PyObject *resource_from_path(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *namespace = NULL;
    text path, where;
    char room[FNT_RESOURCE_MAX];
    size_t len = 0;
    fnt_report *report = NULL;
    if (!PyArg_ParseTuple(args, "O|O:resource_from_path", &given, &namespace) ||
        !text_take(given, &path))
        return NULL;
    if (!text_take(namespace, &where)) {
        text_drop(&path);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    if (status == FNT_OK)
        status = fnt_resource_from_path(TEXT(path), TEXT(where), room, sizeof room, &len, report);
    text_drop(&path);
    text_drop(&where);
    PyObject *answer = status == FNT_OK ? str_of(room, len)
                                        : raise_status(PyModule_GetState(module), status, report);
    fnt_report_free(report);
    return answer;
}

/* ---- fetching ------------------------------------------------------------ */

/* (jwks_uri, issuer) */
static PyObject *discovery(PyObject *module, PyObject *args)
{
    PyObject *given[3] = {NULL, NULL, NULL}, *answer = NULL;
    int http = 0;
    text in[3];
    char *jwks_uri = NULL, *issuer = NULL;
    size_t jwks_len = 0, issuer_len = 0, taken = 0;
    fnt_report *report = NULL;
    if (!PyArg_ParseTuple(args, "OOOp:discovery", &given[0], &given[1], &given[2], &http))
        return NULL;
    while (taken < 3 && text_take(given[taken], &in[taken]))
        taken++;
    if (taken == 3) {
        fnt_status status = fnt_report_new(&report);
        if (status == FNT_OK)
            status =
                fnt_discovery(TEXT(in[0]), TEXT(in[1]), TEXT(in[2]), http ? FNT_DISCOVERY_HTTP : 0,
                              &jwks_uri, &jwks_len, &issuer, &issuer_len, report);
        answer = status == FNT_OK ? Py_BuildValue("s#s#", jwks_uri, (Py_ssize_t)jwks_len, issuer,
                                                  (Py_ssize_t)issuer_len)
                                  : raise_status(PyModule_GetState(module), status, report);
        fnt_free(jwks_uri);
        fnt_free(issuer);
        fnt_report_free(report);
    }
    for (size_t i = 0; i < taken; i++)
        text_drop(&in[i]);
    return answer;
}

/* (state, event, every, max_age, now): the status. state: 64 bytes of a bytearray of the caller's.
 */
static PyObject *refresh(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *when = NULL;
    int event = 0;
    long long every = 0, max_age = 0;
    int64_t state[8], now = 0;
    if (!PyArg_ParseTuple(args, "OiLLO:refresh", &given, &event, &every, &max_age, &when) ||
        !take_now(PyModule_GetState(module), when, &now))
        return NULL;
    if (!PyByteArray_Check(given) || PyByteArray_Size(given) != (Py_ssize_t)sizeof state)
        return PyErr_Format(PyExc_TypeError, "a bytearray of 64 bytes is expected");
    memcpy(state, PyByteArray_AsString(given), sizeof state);
    fnt_status status = fnt_refresh(state, event, every, max_age, now);
    memcpy(PyByteArray_AsString(given), state, sizeof state);
    return PyLong_FromLong(status);
}

/* ---- making -------------------------------------------------------------- */

bool add_texts(module_state *state, fnt_claims *claims, int32_t claim, PyObject *texts);

/* (key, {claim's number: texts}, ttl, now) */
static PyObject *mint(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *claims = NULL, *when = NULL, *number, *texts;
    long long ttl = 0;
    int64_t now = 0;
    Py_ssize_t at = 0;
    char *out = NULL;
    size_t len = 0;
    handle *key = NULL;
    fnt_claims *list = NULL;
    fnt_report *report = NULL;
    PyObject *answer = NULL;
    module_state *state = PyModule_GetState(module);
    if (!PyArg_ParseTuple(args, "OOLO:mint", &given, &claims, &ttl, &when) ||
        !take_now(state, when, &now) || !handle_given(state, given, KEY, false, &key))
        return NULL;
    fnt_status status = fnt_claims_new(&list);
    bool good = true;
    while (status == FNT_OK && good && PyDict_Next(claims, &at, &number, &texts))
        good = add_texts(state, list, (int32_t)PyLong_AsLong(number), texts);
    if (status == FNT_OK)
        status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK && good)
        status = fnt_mint(key->at, list, now, ttl, &out, &len, report);
    Py_END_ALLOW_THREADS;
    handle_done(key);
    if (good)
        answer = status == FNT_OK ? str_taken(out, len) : raise_status(state, status, report);
    fnt_claims_free(list);
    fnt_report_free(report);
    return answer;
}

/* (key, claims, header) */
static PyObject *sign(PyObject *module, PyObject *args)
{
    PyObject *given = NULL, *claims = NULL, *header = NULL, *answer = NULL;
    text said, head = {NULL, 0, NULL};
    char *out = NULL;
    size_t len = 0;
    handle *key = NULL;
    fnt_report *report = NULL;
    module_state *state = PyModule_GetState(module);
    if (!PyArg_ParseTuple(args, "OOO:sign", &given, &claims, &header) || !text_take(claims, &said))
        return NULL;
    if (text_take(header, &head) && handle_given(state, given, KEY, false, &key)) {
        fnt_status status = fnt_report_new(&report);
        Py_BEGIN_ALLOW_THREADS;
        if (status == FNT_OK)
            status = fnt_sign(key->at, TEXT(head), TEXT(said), &out, &len, report);
        Py_END_ALLOW_THREADS;
        handle_done(key);
        answer = status == FNT_OK ? str_taken(out, len) : raise_status(state, status, report);
        fnt_report_free(report);
    }
    text_drop(&said);
    text_drop(&head);
    return answer;
}

static PyObject *lint_rules(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && fnt_lint_rule(i, FNT_FIELD_RULE, NULL) != NULL; i++) {
        PyObject *one = Py_BuildValue("sss", fnt_lint_rule(i, FNT_FIELD_RULE, NULL),
                                      fnt_lint_rule(i, FNT_FIELD_KIND, NULL),
                                      fnt_lint_rule(i, FNT_FIELD_SENTENCE, NULL));
        if (one == NULL || PyList_Append(list, one) != 0)
            Py_CLEAR(list);
        Py_XDECREF(one);
    }
    return list;
}

PyMethodDef functions[] = {
    {"status_row", status_row, METH_O, NULL},
    {"version", version, METH_NOARGS,
     "version()\n--\n\nThe version of the library inside, \"0.1.0\"."},
    {"capabilities", capabilities, METH_NOARGS,
     "capabilities()\n--\n\nWhat this build can do: the crypto library, then its algorithms, as "
     "words one space apart."},
    {"escape", escape, METH_VARARGS, NULL},
    {"bearer_token", bearer_token, METH_O,
     "bearer_token(header, /)\n--\n\nThe token in the value of an Authorization header (RFC 6750, "
     "2.1); nothing is known about it yet.\n\nheader: None if there was none. Raises Refused with "
     "REFUSED_NO_TOKEN or REFUSED_HEADER."},
    {"unverified_json", unverified_json, METH_O, NULL},
    {"signature_only", signature_only, METH_VARARGS, NULL},
    {"match", match, METH_VARARGS,
     "match(pattern, resource, /)\n--\n\nWhether one pattern covers one resource. Raises Denied "
     "where that is not NAMESPACE:NAME."},
    {"resource_from_path", resource_from_path, METH_VARARGS, NULL},
    {"discovery", discovery, METH_VARARGS, NULL},
    {"refresh", refresh, METH_VARARGS, NULL},
    {"mint", mint, METH_VARARGS, NULL},
    {"sign", sign, METH_VARARGS, NULL},
    {"lint_rules", lint_rules, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
