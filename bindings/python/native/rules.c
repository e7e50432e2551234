/* SPDX-License-Identifier: MIT */
/* Patterns, and Iam: permissions and the rules that give them. */
#include "native.h"

/* ---- Patterns ------------------------------------------------------------ */

bool add_texts(module_state *state, fnt_claims *claims, int32_t claim, PyObject *texts)
{
    PyObject *each = texts == NULL || texts == Py_None ? NULL : PyObject_GetIter(texts), *item;
    bool good = texts == NULL || texts == Py_None || each != NULL;
    while (good && each != NULL && (item = PyIter_Next(each)) != NULL) {
        text in;
        good = text_take(item, &in);
        if (good) {
            fnt_status status = fnt_claims_add(claims, claim, TEXT(in));
            text_drop(&in);
            good = status == FNT_OK;
            if (!good)
                raise_status(state, status, NULL);
        }
        Py_DECREF(item);
    }
    Py_XDECREF(each);
    return good && !PyErr_Occurred();
}

static PyObject *patterns_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"permissions", "audience", NULL};
    PyObject *permissions = NULL, *audience = NULL, *answer = NULL;
    fnt_claims *claims = NULL;
    fnt_patterns *made = NULL;
    module_state *state = PyType_GetModuleState(type);
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|O:Patterns", names, &permissions,
                                     &audience))
        return NULL;
    fnt_status status = fnt_claims_new(&claims);
    if (status == FNT_OK && (!add_texts(state, claims, FNT_CLAIM_PERMISSION, permissions) ||
                             !add_texts(state, claims, FNT_CLAIM_FUNCTION_AUDIENCE, audience))) {
        fnt_claims_free(claims);
        return NULL;
    }
    if (status == FNT_OK)
        status = fnt_patterns_new(claims, &made, NULL);
    fnt_claims_free(claims);
    answer = handle_made(state, PATTERNS, made, status, NULL);
    return answer;
}

static PyObject *patterns_ask(PyObject *self, PyObject *given, bool raise)
{
    text resource;
    fnt_report *report = NULL;
    if (!text_take(given, &resource))
        return NULL;
    if (!handle_open((handle *)self)) {
        text_drop(&resource);
        return NULL;
    }
    fnt_status status = raise ? fnt_report_new(&report) : FNT_OK;
    if (status == FNT_OK)
        status = fnt_patterns_permit(((handle *)self)->at, TEXT(resource), report);
    handle_done((handle *)self);
    text_drop(&resource);
    PyObject *answer = NULL;
    if (raise ? status != FNT_OK : status < FNT_DENIED_PERMISSION && status != FNT_OK)
        raise_status(state_of_type(self), status, report);
    else
        answer = raise ? Py_NewRef(Py_None) : PyBool_FromLong(status == FNT_OK);
    fnt_report_free(report);
    return answer;
}

static PyObject *patterns_permits(PyObject *self, PyObject *resource)
{
    return patterns_ask(self, resource, false);
}

static PyObject *patterns_permit(PyObject *self, PyObject *resource)
{
    return patterns_ask(self, resource, true);
}

static PyMethodDef patterns_methods[] = {
    {"permit", patterns_permit, METH_O,
     "permit($self, resource, /)\n--\n\nRaises Denied unless a permission covers the resource, and "
     "the audience too, if there is any."},
    {"permits", patterns_permits, METH_O,
     "permits($self, resource, /)\n--\n\npermit() as True or False."},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyType_Slot patterns_slots[] = {
    {Py_tp_doc,
     "Patterns(permissions, audience=())\n--\n\nPermissions and audience, compiled. In a pattern * "
     "stands for any run of characters; nothing else is special."},
    {Py_tp_new, patterns_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, patterns_methods},
    {0, NULL},
};
PyType_Spec patterns_spec = {"fntoken.Patterns", sizeof(handle), 0, Py_TPFLAGS_DEFAULT,
                             patterns_slots};

/* ---- Iam ----------------------------------------------------------------- */

static PyObject *iam_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"objects", "namespaces", "max_bytes", NULL};
    PyObject *objects = NULL, *namespaces = NULL, *size = NULL;
    text in, where;
    int64_t max_bytes = 0;
    fnt_iam *made = NULL;
    fnt_report *report = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$OO:Iam", names, &objects, &namespaces,
                                     &size) ||
        !take_size(size, &max_bytes) || !text_take(namespaces, &where))
        return NULL;
    if (!text_take(objects, &in)) {
        text_drop(&where);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_iam_new_in(TEXT(in), TEXT(where), max_bytes, &made, report);
    Py_END_ALLOW_THREADS;
    text_drop(&in);
    text_drop(&where);
    return handle_made(PyType_GetModuleState(type), IAM, made, status, report);
}

static PyObject *iam_lint(PyObject *self, PyObject *Py_UNUSED(none))
{
    module_state *state = state_of_type(self);
    fnt_report *report = NULL;
    if (!handle_open((handle *)self))
        return NULL;
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_iam_lint(((handle *)self)->at, report);
    Py_END_ALLOW_THREADS;
    handle_done((handle *)self);
    PyObject *answer =
        status == FNT_OK ? entries_of(state, report) : raise_status(state, status, report);
    fnt_report_free(report);
    return answer;
}

/* (allowed, entries) */
static PyObject *iam_simulate(PyObject *self, PyObject *args)
{
    PyObject *claims = NULL, *resource = NULL, *answer = NULL;
    text said, asked;
    module_state *state = state_of_type(self);
    fnt_report *report = NULL;
    if (!PyArg_ParseTuple(args, "O|O:simulate", &claims, &resource) || !text_take(claims, &said))
        return NULL;
    if (!text_take(resource, &asked) || !handle_open((handle *)self)) {
        text_drop(&said);
        return NULL;
    }
    fnt_status status = fnt_report_new(&report);
    Py_BEGIN_ALLOW_THREADS;
    if (status == FNT_OK)
        status = fnt_iam_simulate(((handle *)self)->at, TEXT(said), TEXT(asked), report);
    Py_END_ALLOW_THREADS;
    handle_done((handle *)self);
    text_drop(&said);
    text_drop(&asked);
    PyObject *entries = NULL;
    if (status != FNT_WOULD_ALLOW && status != FNT_WOULD_DENY)
        raise_status(state, status, report);
    else if ((entries = entries_of(state, report)) != NULL)
        answer = PyTuple_Pack(2, status == FNT_WOULD_ALLOW ? Py_True : Py_False, entries);
    Py_XDECREF(entries);
    fnt_report_free(report);
    return answer;
}

static PyObject *iam_issuers(PyObject *self, PyObject *Py_UNUSED(none))
{
    static const int32_t fields[] = {FNT_ISSUER_URL, FNT_ISSUER_INTERNAL, FNT_ISSUER_NAME};
    PyObject *list = PyList_New(0);
    if (list == NULL || !handle_open((handle *)self)) {
        Py_XDECREF(list);
        return NULL;
    }
    const fnt_iam *iam = ((handle *)self)->at;
    for (size_t i = 0; list != NULL && fnt_iam_issuer(iam, i, FNT_ISSUER_URL, NULL) != NULL; i++) {
        PyObject *one = PyTuple_New(3);
        for (size_t k = 0; k < 3 && one != NULL; k++) {
            size_t len = 0;
            const char *at = fnt_iam_issuer(iam, i, fields[k], &len);
            PyObject *value = str_or_none(at, len);
            if (value == NULL || PyTuple_SetItem(one, (Py_ssize_t)k, value) != 0)
                Py_CLEAR(one);
        }
        if (one == NULL || PyList_Append(list, one) != 0)
            Py_CLEAR(list);
        Py_XDECREF(one);
    }
    handle_done((handle *)self);
    return list;
}

static PyObject *iam_digest(PyObject *self, void *Py_UNUSED(unused))
{
    size_t len = 0;
    if (!handle_open((handle *)self))
        return NULL;
    const char *digest = fnt_iam_digest(((handle *)self)->at, &len);
    PyObject *made = str_or_none(digest, len);
    handle_done((handle *)self);
    return made;
}

static PyMethodDef iam_methods[] = {
    {"lint", iam_lint, METH_NOARGS, NULL},
    {"simulate", iam_simulate, METH_VARARGS, NULL},
    {"issuers", iam_issuers, METH_NOARGS, NULL},
    HANDLE_METHODS,
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef iam_getset[] = {
    {"report", handle_report, NULL, "What was noted while they were read, a tuple of Entry.", NULL},
    {"digest", iam_digest, NULL,
     "A name for what the rules say: SHA-256 in hex; equal for equal rules, however written.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot iam_slots[] = {
    {Py_tp_doc, "The rules, compiled; Iam of the package adds dataclasses."},
    {Py_tp_new, iam_new},
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, iam_methods},
    {Py_tp_getset, iam_getset},
    {0, NULL},
};
PyType_Spec iam_spec = {"fntoken._native.Iam", sizeof(handle), 0, Py_TPFLAGS_DEFAULT, iam_slots};
