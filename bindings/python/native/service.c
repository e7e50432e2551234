/* SPDX-License-Identifier: MIT */
/* TokenService: POST /oauth/token without the HTTP. */
#include "native.h"

static fnt_status set_option(void *of, int32_t option, int64_t value)
{
    return fnt_sts_set(of, option, value);
}

/* (issuer, key, settings) */
static PyObject *service_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *issuer = NULL, *given = NULL, *answer = NULL;
    text iss;
    handle *key = NULL;
    fnt_sts *made = NULL;
    module_state *state = PyType_GetModuleState(type);
    if (!PyArg_ParseTuple(args, "OO:TokenService", &issuer, &given) || !text_take(issuer, &iss))
        return NULL;
    if (handle_given(state, given, KEY, false, &key)) {
        fnt_status status = fnt_sts_new(TEXT(iss), key->at, &made);
        handle_done(key);
        if (status != FNT_OK)
            raise_status(state, status, NULL);
        else if (take_settings(state, keywords, made, set_option))
            answer = handle_of(state, SERVICE, made);
        else
            fnt_sts_free(made);
    }
    text_drop(&iss);
    return answer;
}

static PyObject *give(PyObject *self, PyObject *given, kind what, PyObject *issuer)
{
    module_state *state = state_of_type(self);
    handle *other = NULL;
    text iss = {NULL, 0, NULL};
    fnt_status status = FNT_OK;
    PyObject *answer = NULL;
    bool none = what == KEYSET || what == REVOKED;
    if (!text_take(issuer, &iss) || !handle_given(state, given, what, none, &other) ||
        !handle_open((handle *)self))
        goto end;
    void *at = other == NULL ? NULL : other->at;
    fnt_sts *sts = ((handle *)self)->at;
    status = what == KEYSET    ? fnt_sts_set_keyset(sts, TEXT(iss), at)
             : what == REVOKED ? fnt_sts_set_revoked(sts, at)
             : what == IAM     ? fnt_sts_set_iam(sts, at)
                               : fnt_sts_set_key(sts, at);
    handle_done((handle *)self);
    answer = status == FNT_OK ? Py_NewRef(Py_None) : raise_status(state, status, NULL);
end:
    if (other != NULL)
        handle_done(other);
    text_drop(&iss);
    return answer;
}

static PyObject *service_set_keys(PyObject *self, PyObject *args)
{
    PyObject *issuer = NULL, *keys = NULL;
    return PyArg_ParseTuple(args, "OO:set_keys", &issuer, &keys) ? give(self, keys, KEYSET, issuer)
                                                                 : NULL;
}

static PyObject *service_set_revoked(PyObject *self, PyObject *revoked)
{
    return give(self, revoked, REVOKED, NULL);
}

static PyObject *service_set_iam(PyObject *self, PyObject *iam)
{
    return give(self, iam, IAM, NULL);
}

static PyObject *service_set_key(PyObject *self, PyObject *key)
{
    return give(self, key, KEY, NULL);
}

/* (status, body, entries) */
static PyObject *service_exchange(PyObject *self, PyObject *args)
{
    PyObject *given = NULL, *when = NULL;
    text form;
    int64_t now = 0;
    char *body = NULL;
    size_t len = 0;
    fnt_report *report = NULL;
    module_state *state = state_of_type(self);
    if (!PyArg_ParseTuple(args, "O|O:exchange", &given, &when) || !take_now(state, when, &now) ||
        !text_take(given, &form))
        return NULL;
    if (!handle_open((handle *)self)) {
        text_drop(&form);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    if (status == FNT_OK)
        status = fnt_report_level(report, FNT_REPORT_DECISION);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_sts_exchange(((handle *)self)->at, TEXT(form), now, &body, &len, report);
    Py_END_ALLOW_THREADS;
    handle_done((handle *)self);
    text_drop(&form);
    PyObject *answer = NULL, *entries = NULL;
    if (body == NULL)
        raise_status(state, status, report);
    else if ((entries = entries_of(state, report)) != NULL)
        answer = Py_BuildValue("is#O", (int)status, body, (Py_ssize_t)len, entries);
    Py_XDECREF(entries);
    fnt_free(body);
    fnt_report_free(report);
    return answer;
}

static PyMethodDef methods[] = {
    {"exchange", service_exchange, METH_VARARGS, NULL},
    {"set_keys", service_set_keys, METH_VARARGS, NULL},
    {"set_iam", service_set_iam, METH_O, NULL},
    {"set_key", service_set_key, METH_O, NULL},
    {"set_revoked", service_set_revoked, METH_O, NULL},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_doc, "The token service; TokenService of the package adds dataclasses."},
    {Py_tp_new, service_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};
PyType_Spec service_spec = {"fntoken._native.TokenService", sizeof(handle), 0, Py_TPFLAGS_DEFAULT,
                            slots};
